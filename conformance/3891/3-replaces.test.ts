import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, receiveScripted, sdp, type ReceivedCall } from "../agent-lab.js";

let carols = 0;
const answer = { sdp: sdp("alice") };

/** A call that came, and stands, and what names it seen from Alice. */
async function called(): Promise<ReceivedCall & { readonly named: string }> {
  const received = await receiveScripted();
  void received.call.answer(answer);
  received.lab.pass();
  received.acknowledge();
  const toTag = received.bob.last("200 INVITE").toTag ?? "";
  return { ...received, named: `call-from-bob;to-tag=${toTag};from-tag=bob-tag` };
}

/** Carol, who is scripted, calls Alice with these header fields. */
function carolCalls({ lab, alice }: Pick<ReceivedCall, "lab" | "alice">, headers: Record<string, string | string[]>) {
  const carol = lab.scripted("carol", alice);
  const invite = carol.sendRequest({
    method: "INVITE",
    uri: alice.uri,
    callId: `call-from-carol-${++carols}`,
    fromTag: "carol-tag",
    body: sdp("carol"),
    headers,
  });
  lab.pass();
  return { carol, invite };
}

describe("RFC 3891 §3 Replaces; checklist 64", () => {
  it("of a confirmed call: the new one is accepted, then the old one ends by BYE", async () => {
    const { lab, alice, bob, named, told } = await called();
    const calls: string[] = [];
    alice.ua.on("call", (call) => {
      calls.push(call.replaces === undefined ? "new" : "replaces");
      void call.answer(answer);
    });
    const { carol } = carolCalls({ lab, alice }, { Replaces: named, Require: "replaces" });
    expect([calls, carol.messages("200 INVITE").length, bob.messages("BYE").length]).toEqual([["replaces"], 1, 1]);
    expect(told.at(-1)).toBe("ended local bye");
    const order = lab.network.trace.toString();
    expect(order.lastIndexOf("200 INVITE")).toBeLessThan(order.lastIndexOf("BYE"));
  });

  it("of an early call of ours: the new one is accepted, the old one cancelled", async () => {
    const { lab, alice, bob, call, invites } = await callScripted();
    invites[0]?.reply(180);
    lab.pass();
    alice.ua.on("call", (other) => void other.answer(answer));
    const { callId, fromTag } = invites[0]?.message ?? {};
    const { carol } = carolCalls(
      { lab, alice },
      { Replaces: `${callId};to-tag=${fromTag};from-tag=bob-tag;early-only` },
    );
    expect([carol.messages("200 INVITE").length, bob.messages("CANCEL").length]).toEqual([1, 1]);
    invites[0]?.reply(487);
    lab.pass();
    expect(call.end?.cause).toBe("cancelled");
  });

  it("leaves the old call alone when the new one is refused", async () => {
    const { lab, alice, bob, named, call } = await called();
    alice.ua.on("call", (other) => other.reject(486));
    const { carol } = carolCalls({ lab, alice }, { Replaces: named });
    expect([carol.messages("486 INVITE").length, bob.messages("BYE").length, call.state]).toEqual([1, 0, "confirmed"]);
  });

  it.each([
    ["of no dialog", () => "nothing;to-tag=a;from-tag=b", 481],
    [
      "with the tags swapped",
      (named: string) => named.replace(/to-tag=(\w+);from-tag=([\w-]+)/, "to-tag=$2;from-tag=$1"),
      481,
    ],
    ["early-only of a confirmed call", (named: string) => `${named};early-only`, 486],
    ["that cannot be read", () => "what", 400],
  ])("%s", async (_what, value, status) => {
    const { lab, alice, bob, named, call } = await called();
    const { carol } = carolCalls({ lab, alice }, { Replaces: value(named) });
    expect([carol.last(({ status: each }) => each >= 200).status, call.state]).toEqual([status, "confirmed"]);
    expect(bob.messages("BYE")).toEqual([]);
  });

  it("twice, or beside Join: 400", async () => {
    const { lab, alice, named } = await called();
    expect(carolCalls({ lab, alice }, { Replaces: [named, named] }).carol.messages("400 INVITE")).toHaveLength(1);
    expect(carolCalls({ lab, alice }, { Replaces: named, Join: named }).carol.messages("400 INVITE")).toHaveLength(1);
  });

  it("of a call that has ended a short time ago: 603; of one long gone: 481", async () => {
    const { lab, alice, named, call } = await called();
    void call.hangUp();
    lab.pass();
    const { carol } = carolCalls({ lab, alice }, { Replaces: named });
    lab.pass(66_000);
    expect(carol.messages("603 INVITE").length).toBeGreaterThan(0);
    expect(carolCalls({ lab, alice }, { Replaces: named }).carol.messages("481 INVITE")).toHaveLength(1);
  });

  it("of an early call that rings here: 481", async () => {
    const { lab, alice, bob, call } = await receiveScripted();
    call.progress();
    lab.pass();
    const named = `call-from-bob;to-tag=${bob.last("180").toTag};from-tag=bob-tag`;
    expect(carolCalls({ lab, alice }, { Replaces: named }).carol.messages("481 INVITE")).toHaveLength(1);
  });

  it("of somebody who may not: 403", async () => {
    const lab = new AgentLab();
    const received = await receiveScripted({ body: sdp("bob") }, { lab, agent: { mayReplace: () => false } });
    void received.call.answer(answer);
    lab.pass();
    const toTag = received.bob.last("200 INVITE").toTag;
    const named = `call-from-bob;to-tag=${toTag};from-tag=bob-tag`;
    expect(carolCalls(received, { Replaces: named }).carol.messages("403 INVITE")).toHaveLength(1);
  });
});
