import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, onRequest, receiveScripted, sdp, type LabAgent } from "../agent-lab.js";

const offer = { sdp: sdp("alice") };

/** Two user agents of the engine, 50 ms apart, in a call. */
async function connected(lab = new AgentLab({ conditions: { delay: 50 } })): Promise<{
  readonly lab: AgentLab;
  readonly alice: LabAgent;
  readonly bob: LabAgent;
  readonly ends: readonly [
    ReturnType<LabAgent["ua"]["invite"]>,
    LabAgent["ua"]["calls"] extends ReadonlySet<infer C> ? C : never,
  ];
}> {
  const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
  bob.ua.on("call", (call) => void call.answer({ sdp: sdp("bob") }));
  const call = alice.ua.invite(bob.uri, offer);
  lab.pass(1000);
  const [other] = bob.ua.calls;
  if (other === undefined) throw new RangeError("no call");
  return { lab, alice, bob, ends: [call, other] };
}

describe("RFC 3261 the classic races", () => {
  it("CANCEL × 200: the caller acknowledges and hangs up", async () => {
    const { call, invites, lab, bob, told } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(180);
    lab.pass();
    void call.hangUp();
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass(100);
    expect(bob.messages(({ isRequest }) => isRequest).map(({ method }) => method)).toEqual([
      "INVITE",
      "CANCEL",
      "ACK",
      "BYE",
    ]);
    expect(told).toEqual(["180", "ended local cancelled 200"]);
  });

  it("CANCEL × 200 with an offer in it: the ACK takes nothing of it", async () => {
    const { call, invites, lab, bob } = await callScripted({});
    invites[0]?.reply(180);
    lab.pass();
    void call.hangUp();
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect(bob.last("ACK").body).toContain("m=audio 0 RTP/AVP 0 8");
  });

  it("late 2xx after CANCEL, from several forks: each is acknowledged and ended, also when repeated", async () => {
    const { call, invites, lab, bob, told } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(180);
    lab.pass();
    void call.hangUp();
    for (const toTag of ["one", "two", "one"]) invites[0]?.reply(200, { toTag, body: sdp("bob") });
    lab.pass();
    expect(bob.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one", "two", "one"]);
    expect(bob.messages("BYE").map(({ toTag }) => toTag)).toEqual(["one", "two"]);
    expect(told).toEqual(["180", "ended local cancelled 200"]);
  });

  it("CANCEL × 200 between two user agents ends at both", async () => {
    const lab = new AgentLab({ conditions: { delay: 50 } });
    const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
    bob.ua.on("call", (call) => {
      call.progress();
      lab.clock.setTimeout(() => void call.answer({ sdp: sdp("bob") }), 200, undefined);
    });
    const call = alice.ua.invite(bob.uri, offer);
    lab.clock.setTimeout(() => void call.hangUp(), 230, undefined);
    lab.pass(10_000);
    expect([call.end?.cause, alice.ua.calls.size, bob.ua.calls.size]).toEqual(["cancelled", 0, 0]);
  });

  it("BYE × re-INVITE: both end", async () => {
    const { lab, ends, alice, bob } = await connected();
    const changed = ends[0].reinvite({ sdp: sdp("alice", 41_000) });
    changed.catch(() => {});
    void ends[1].hangUp();
    lab.pass(40_000);
    await expect(changed).rejects.toBeDefined();
    expect([alice.ua.calls.size, bob.ua.calls.size]).toEqual([0, 0]);
  });

  it("glare: both re-INVITEs meet 491, both are done in the end", async () => {
    const { lab, ends } = await connected();
    const changes = [ends[0].reinvite({ sdp: sdp("alice", 41_000) }), ends[1].reinvite({ sdp: sdp("bob", 42_000) })];
    await lab.settle(10_000);
    await Promise.all(changes);
    expect(lab.network.trace.toString()).toContain("491 INVITE");
    expect([ends[0].localDescription, ends[1].localDescription]).toEqual([
      expect.stringContaining("m=audio 41000"),
      expect.stringContaining("m=audio 42000"),
    ]);
    expect([ends[0].remoteDescription, ends[1].remoteDescription]).toEqual([
      ends[1].localDescription,
      ends[0].localDescription,
    ]);
  });

  it("glare of UPDATEs with offers: both are done in the end", async () => {
    const { lab, ends } = await connected();
    const changes = [ends[0].update({ sdp: sdp("alice", 41_000) }), ends[1].update({ sdp: sdp("bob", 42_000) })];
    await lab.settle(10_000);
    await Promise.all(changes);
    expect(ends[0].remoteDescription).toBe(ends[1].localDescription);
  });

  it("PRACK × CANCEL: the PRACK gets its 200, the INVITE its 487", async () => {
    const { call, bob, lab, send, invite } = await receiveScripted({
      body: sdp("bob"),
      headers: { Supported: "100rel" },
    });
    call.progress({ statusCode: 183, reliable: true, sdp: sdp("alice") });
    lab.pass();
    const rack = `${bob.last("183").header("RSeq")} 1 INVITE`;
    const shared = { uri: invite.requestUri, fromTag: "bob-tag", callId: invite.callId };
    bob.sendRequest({ method: "CANCEL", branch: "z9hG4bK-invite", ...shared });
    send({ method: "PRACK", headers: { RAck: rack } });
    lab.pass(40_000);
    expect(bob.messages("487 INVITE").length).toBeGreaterThan(0);
    expect(bob.messages(({ method, status }) => method === "PRACK" && status > 0).map(({ status }) => status)).toEqual([
      200,
    ]);
  });

  it("lost ACK: the callee repeats its 2xx, the caller its ACK", async () => {
    const lab = new AgentLab({ conditions: { delay: 10 } });
    lab.network.drop("ACK", { nth: [1, 2, 3] });
    const { ends } = await connected(lab);
    lab.pass(10_000);
    expect(ends.map(({ state }) => state)).toEqual(["confirmed", "confirmed"]);
    expect(lab.network.trace.toString().match(/200 INVITE/g)).toHaveLength(4);
  });

  it("all ACKs lost: the callee hangs up", async () => {
    const lab = new AgentLab({ conditions: { delay: 10 } });
    lab.network.drop("ACK");
    const { ends } = await connected(lab);
    lab.pass(40_000);
    expect(ends.map(({ end }) => end?.by)).toEqual(["remote", "network"]);
  });

  it("everything twice: nothing is told twice", async () => {
    const lab = new AgentLab({ conditions: { delay: 10, duplication: 1 } });
    const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
    const told: string[] = [];
    bob.ua.on("call", (call) => {
      told.push("call");
      for (const event of ["confirmed", "ended"] as const) call.on(event, () => told.push(`bob ${event}`));
      call.on("dtmf", ({ signal }) => told.push(`tone ${signal}`));
      call.progress({ reliable: true });
      void call.answer({ sdp: sdp("bob") });
    });
    const call = alice.ua.invite(bob.uri, offer);
    for (const event of ["progress", "confirmed", "ended"] as const) call.on(event, () => told.push(`alice ${event}`));
    lab.pass(1000);
    void call.sendDtmf("5");
    void call.hold();
    lab.pass(1000);
    void call.hangUp();
    lab.pass(1000);
    expect(told).toEqual([
      "call",
      "alice progress",
      "alice confirmed",
      "bob confirmed",
      "tone 5",
      "alice ended",
      "bob ended",
    ]);
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
    "a rude network, run %i: both ends agree in the end, and nothing stays",
    async (seed) => {
      const conditions = { delay: 20, jitter: 60, loss: 0.15, duplication: 0.1, reordering: 0.1, reorderDelay: 300 };
      const lab = new AgentLab({ seed, conditions });
      const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
      bob.ua.on("call", (call) => {
        call.progress({ statusCode: 183, reliable: seed % 2 === 0, sdp: sdp("bob") });
        lab.clock.setTimeout(() => call.state === "early" && void call.answer().catch(() => {}), 300, undefined);
      });
      const call = alice.ua.invite(bob.uri, offer);
      await lab.settle(20_000);
      if (call.state === "confirmed") {
        void call.hold().catch(() => {});
        for (const other of bob.ua.calls) void other.reinvite({ sdp: sdp("bob", 42_000) }).catch(() => {});
        await lab.settle(90_000);
        const [other] = bob.ua.calls;
        if (call.end === undefined) expect(other?.remoteDescription).toBe(call.localDescription);
      }
      void call.hangUp();
      await lab.settle(120_000);
      expect([alice.ua.calls.size, bob.ua.calls.size, call.state]).toEqual([0, 0, "ended"]);
      expect([alice, bob].map(({ stack }) => stack.transactions.count)).toEqual([
        { client: 0, server: 0 },
        { client: 0, server: 0 },
      ]);
      expect(lab.clock.pendingCount).toBe(0);
    },
  );
});
