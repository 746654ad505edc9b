import fc from "fast-check";
import {
  ackText,
  answer,
  byeText,
  cancelText,
  inviteText,
  ManualClock,
  MemoryNetwork,
  optionsText,
  RecordingElement,
  responseText,
  ScriptedUserAgent,
} from "@siplet/testkit";
import { describe, expect, it } from "vitest";

const here = { address: "192.0.2.10", port: 5060 };
const invite = inviteText({ sentBy: "192.0.2.2:5060" });
const seeds = [
  invite,
  optionsText({ sentBy: "192.0.2.2:5060" }),
  cancelText(invite),
  byeText(),
  ackText(invite, responseText(invite, 486)),
  inviteText({ via: "SIP/2.0/UDP 192.0.2.2", from: "<sip:old@example.com>" }),
];

/** How a message is spoilt: a piece cut out, doubled, or a character put in its place. */
const spoiling = fc.record({
  start: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 40 }),
  how: fc.constantFrom("cut", "double", "\r\n", ";", ",", "\0", "<", '"', "9", " "),
});
const rudeMessage = fc.record({ index: fc.nat({ max: 9 }), spoilings: fc.array(spoiling, { maxLength: 3 }) });

function spoil(text: string, spoilings: readonly { start: number; length: number; how: string }[]): string {
  return spoilings.reduce((spoilt, { start, length, how }) => {
    const from = Math.floor(start * spoilt.length);
    const [head, piece, tail] = [spoilt.slice(0, from), spoilt.slice(from, from + length), spoilt.slice(from + length)];
    if (how === "cut") return head + tail;
    return how === "double" ? head + piece + piece + tail : head + how + tail;
  }, text);
}

describe("RFC 3261 §17 transactions and rude messages", () => {
  it("neither throw nor leave anything behind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rudeMessage, { maxLength: 12 }), async (messages) => {
        const clock = new ManualClock();
        const network = new MemoryNetwork({ clock });
        const errors: unknown[] = [];
        const quiet = (): void => {};
        const element = await RecordingElement.open(network, {
          clock,
          log: { debug: quiet, info: quiet, warn: quiet, error: (fields) => void errors.push(fields["error"]) },
          listen: [{ protocol: "udp", ...here }],
        });
        const place = { protocol: "udp", address: "192.0.2.2", port: 5060 } as const;
        const peer = ScriptedUserAgent.inMemory(network, { ...place, clock, peer: here });
        const { transaction } = element.send(inviteText(), place);
        clock.advance(0);
        const answers = [100, 180, 200, 486].map((status) => responseText(peer.last("INVITE"), status));
        const pool = [...seeds, ...answers];
        for (const { index, spoilings } of messages) peer.send(spoil(pool[index % pool.length] ?? "", spoilings));
        clock.advance(100);
        for (const each of element.requests) if (each.lastStatusCode < 200) answer(each, 486);
        for (const { cancel } of element.cancels) if (cancel.lastStatusCode < 200) answer(cancel, 481);
        clock.advance(70_000);
        transaction.terminate();
        expect(errors).toEqual([]);
        expect(element.transactions.count).toEqual({ client: 0, server: 0 });
        expect(clock.pendingCount).toBe(0);
      }),
      { numRuns: 300, seed: 17 },
    );
  });
});
