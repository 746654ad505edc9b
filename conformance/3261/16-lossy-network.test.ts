import { describe, expect, it } from "vitest";
import type { WireMessage } from "@siplet/testkit";
import { ProxyLab } from "./proxy-lab.js";

/** The state of one call as the caller and the callee see it. */
interface Call {
  readonly callId: string;
  readonly invite: string;
  isAnswered: boolean;
  isEnded: boolean;
}

/** Repeats what is not answered, as user agents do, on both sides of a proxy that stays in the route. */
async function callThroughLoss(
  loss: number,
  calls: number,
): Promise<{ readonly lab: ProxyLab; readonly done: Call[] }> {
  const conditions = { loss, duplication: loss, reordering: loss, delay: 20, jitter: 10 };
  const lab = await ProxyLab.open({ conditions, proxy: { recordRoute: true } });
  const bob = lab.callee("bob");
  const acknowledged = new Set<string>();
  bob.on("INVITE", (call) => {
    if (call.copy > 1) return;
    call.reply(180);
    const repeat = (wait: number): void => {
      if (acknowledged.has(call.message.callId)) return;
      call.reply(200);
      call.after(wait, () => repeat(Math.min(wait * 2, 4000)));
    };
    call.after(100, () => repeat(500));
  });
  bob.on("ACK", ({ message }) => void acknowledged.add(message.callId));
  bob.answer("BYE", 200);
  const done = Array.from({ length: calls }, (_, index): Call => {
    const callId = `call-${index}`;
    const invite = lab.alice.request({ method: "INVITE", callId, fromTag: `a${index}` });
    return { callId, invite, isAnswered: false, isEnded: false };
  });
  for (const call of done) placeCall(lab, call);
  lab.settle(64_000);
  return { lab, done };
}

function placeCall(lab: ProxyLab, call: Call): void {
  const { alice, clock } = lab;
  const repeat = (text: string, isOver: () => boolean, wait: number): void => {
    if (isOver()) return;
    alice.send(text);
    clock.setTimeout(() => repeat(text, isOver, Math.min(wait * 2, 4000)), wait, undefined);
  };
  repeat(call.invite, () => call.isAnswered, 500);
  alice.on(isOf(call, 200, "INVITE"), ({ message }) => {
    const inDialog = { callId: call.callId, fromTag: message.fromTag, toTag: message.toTag };
    const route = message.values("Record-Route").toReversed();
    alice.sendRequest({ method: "ACK", uri: message.contactUri, route, ...inDialog });
    if (call.isAnswered) return;
    call.isAnswered = true;
    const bye = alice.request({ method: "BYE", uri: message.contactUri, route, sequenceNumber: 2, ...inDialog });
    clock.setTimeout(() => repeat(bye, () => call.isEnded, 500), 2000, undefined);
  });
  alice.on(isOf(call, 200, "BYE"), () => (call.isEnded = true));
}

function isOf({ callId }: Call, status: number, method: string): (message: WireMessage) => boolean {
  return (message) => message.callId === callId && message.status === status && message.cseqMethod === method;
}

describe("RFC 3261 §16 a proxy in a bad network", () => {
  it.each([0, 0.1, 0.3])(
    "sets up and ends every call when %d of the messages are lost, doubled, late",
    async (loss) => {
      const { lab, done } = await callThroughLoss(loss, 40);
      expect(done.filter(({ isAnswered, isEnded }) => isAnswered && isEnded)).toHaveLength(40);
      lab.settle(64_000);
      expect(lab.stack.transactions.count).toEqual({ client: 0, server: 0 });
      expect(lab.clock.pendingCount).toBe(0);
    },
  );
});
