import { describe, expect, it } from "vitest";
import { receiveScripted, sdp, type ReceivedCall } from "../agent-lab.js";

let carols = 0;
const answer = { sdp: sdp("alice") };

async function called(state: "early" | "confirmed" = "confirmed"): Promise<ReceivedCall & { readonly named: string }> {
  const received = await receiveScripted();
  if (state === "early") received.call.progress();
  else void received.call.answer(answer);
  received.lab.pass();
  if (state === "confirmed") received.acknowledge();
  const toTag = received.bob.last(({ status }) => status > 100).toTag ?? "";
  return { ...received, named: `call-from-bob;to-tag=${toTag};from-tag=bob-tag` };
}

function carolCalls({ lab, alice }: ReceivedCall, headers: Record<string, string | string[]>, method = "INVITE") {
  const carol = lab.scripted("carol", alice);
  const body = method === "INVITE" ? sdp("carol") : "";
  carol.sendRequest({
    method,
    uri: alice.uri,
    callId: `call-from-carol-${++carols}`,
    fromTag: "carol-tag",
    body,
    headers,
  });
  lab.pass();
  return carol;
}

describe("RFC 3911 §4 Join; checklist 64", () => {
  it.each(["early", "confirmed"] as const)(
    "of a call that is %s: told with the new one, which is the program's to mix",
    async (state) => {
      const received = await called(state);
      const joined: boolean[] = [];
      received.alice.ua.on("call", (call) => {
        joined.push(call.joins === received.call);
        void call.answer(answer);
      });
      const carol = carolCalls(received, { Join: received.named, Require: "join" });
      expect([joined, carol.messages("200 INVITE").length]).toEqual([[true], 1]);
      expect(received.bob.messages("BYE")).toEqual([]);
    },
  );

  it.each([
    ["of no dialog", () => "nothing;to-tag=a;from-tag=b", 481],
    ["that cannot be read", () => "what", 400],
  ])("%s", async (_what, value, status) => {
    const received = await called();
    const carol = carolCalls(received, { Join: value() });
    expect(carol.last(({ status: each }) => each >= 200).status).toBe(status);
  });

  it("twice: 400", async () => {
    const received = await called();
    expect(carolCalls(received, { Join: [received.named, received.named] }).messages("400 INVITE")).toHaveLength(1);
  });

  it("of a call that has ended: 603", async () => {
    const received = await called();
    void received.call.hangUp();
    received.lab.pass();
    expect(carolCalls(received, { Join: received.named }).messages("603 INVITE")).toHaveLength(1);
  });
});
