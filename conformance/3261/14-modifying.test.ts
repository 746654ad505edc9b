import { describe, expect, it } from "vitest";
import { callScripted, onRequest, receiveScripted, sdp, type ReceivedCall, type ScriptedCall } from "../agent-lab.js";

/** A call of ours that stands; Bob answers requests by 200 unless told otherwise. */
async function calling(): Promise<ScriptedCall> {
  const scripted = await callScripted();
  onRequest(scripted.bob, (request) => request.reply(200));
  scripted.invites[0]?.reply(200, { body: sdp("bob") });
  scripted.lab.pass();
  return scripted;
}

/** A call that came, and stands. */
async function called(): Promise<ReceivedCall> {
  const received = await receiveScripted();
  void received.call.answer({ sdp: sdp("alice") });
  received.lab.pass();
  received.acknowledge();
  return received;
}

const origins = (text: string): string[] => text.split("\r\n").filter((line) => line.startsWith("o="));

describe("RFC 3261 §14.1 a user agent changes the session", () => {
  it("by a complete offer under the next number and version, with the same tags", async () => {
    const { call, bob, lab, invites } = await calling();
    const changed = call.reinvite({ sdp: sdp("someone", 41_000) });
    lab.pass();
    const reinvite = bob.last("INVITE");
    expect([reinvite.sequenceNumber, reinvite.toTag, reinvite.fromTag, reinvite.requestUri]).toEqual([
      2,
      "bob-tag",
      invites[0]?.message.fromTag,
      bob.uri,
    ]);
    expect(origins(reinvite.body)).toEqual(["o=alice 1 2 IN IP4 192.0.2.9"]);
    expect(reinvite.contactUri).toBe("sip:alice@192.0.2.1:5060");
    invites[1]?.reply(200, { body: sdp("bob", 40_002) });
    lab.pass();
    await expect(changed).resolves.toMatchObject({ statusCode: 200 });
    expect([bob.last("ACK").sequenceNumber, call.remoteDescription]).toEqual([2, sdp("bob", 40_002)]);
  });

  it("does not raise the version where nothing changed", async () => {
    const { call, bob, lab } = await calling();
    void call.reinvite();
    lab.pass();
    expect(bob.last("INVITE").body).toBe(sdp("alice"));
  });

  it("asks for the peer's offer, and answers it in the ACK", async () => {
    const { call, bob, lab, invites } = await calling();
    void call.reinvite({ asksForOffer: true });
    lab.pass();
    expect(bob.last("INVITE").body).toBe("");
    invites[1]?.reply(200, { body: sdp("bob", 40_004) });
    lab.pass();
    expect(bob.last("ACK").body).toContain("m=audio 40000 RTP/AVP 0 8");
    expect(call.remoteDescription).toBe(sdp("bob", 40_004));
  });

  it("one change after the other", async () => {
    const { call, bob, lab, invites } = await calling();
    void call.hold();
    void call.resume();
    lab.pass();
    expect(bob.messages("INVITE")).toHaveLength(2);
    invites[1]?.reply(200, { body: sdp("bob", 40_000, "a=recvonly") });
    lab.pass();
    expect(bob.messages("INVITE").map(({ body }) => /a=send\w+/.exec(body)?.[0])).toEqual([
      undefined,
      "a=sendonly",
      undefined,
    ]);
  });

  it("checklist 33: leaves session and target as they were when it is refused", async () => {
    const { call, bob, lab, invites } = await calling();
    const changed = call.reinvite({ sdp: sdp("alice", 41_000) });
    lab.pass();
    invites[1]?.reply(488, { contact: "<sip:elsewhere@192.0.2.2>" });
    lab.pass();
    await expect(changed).rejects.toMatchObject({ code: "ua.rejected", statusCode: 488 });
    expect([call.state, call.localDescription]).toEqual(["confirmed", sdp("alice")]);
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").requestUri).toBe(bob.uri);
  });

  it("checklist 34: goes to the new target after a 2xx that names one; the route stays", async () => {
    const { call, bob, lab, invites } = await calling();
    void call.reinvite();
    lab.pass();
    invites[1]?.reply(200, { contact: "<sip:moved@192.0.2.2>", recordRoute: ["<sip:192.0.2.9;lr>"], body: sdp("bob") });
    lab.pass();
    expect(bob.last("ACK").requestUri).toBe("sip:moved@192.0.2.2");
    void call.hangUp();
    lab.pass();
    expect([bob.last("BYE").requestUri, bob.last("BYE").header("Route")]).toEqual(["sip:moved@192.0.2.2", undefined]);
  });

  it.each([481, 408])("hangs up when it is answered by %i", async (status) => {
    const { call, bob, lab, invites, told } = await calling();
    call.reinvite().catch(() => {});
    lab.pass();
    invites[1]?.reply(status);
    lab.pass();
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, `ended network failed ${status}`]);
  });

  it("hangs up when it is not answered at all", async () => {
    const { call, bob, lab, told } = await calling();
    call.reinvite().catch(() => {});
    lab.pass(32_000);
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, "ended network failed 408"]);
  });

  it.each([
    ["owner of the Call-ID", calling, 2100, 4000],
    ["other", called, 0, 2000],
  ])("checklist 41: as %s tries again after a 491, in its own time", async (_who, establish, least, most) => {
    const { call, bob, lab } = await establish();
    const times: number[] = [];
    bob.on("INVITE", () => {});
    const before = bob.messages("INVITE").length;
    void call.reinvite({ sdp: sdp("alice", 41_000) });
    lab.pass();
    const started = lab.clock.monotonic();
    const pending = bob.received.findLast(({ message }) => message.summary === "INVITE");
    pending?.reply(491);
    for (let waited = 0; waited < 4000 && times.length === 0; waited += 10) {
      lab.pass(10);
      if (bob.messages("INVITE").length > before + 1) times.push(lab.clock.monotonic() - started);
    }
    expect(times[0]).toBeGreaterThanOrEqual(least);
    expect(times[0]).toBeLessThanOrEqual(most + 10);
    expect(bob.last("INVITE").body).toContain("m=audio 41000");
  });

  it("gives up when it is answered by 491 for ever", async () => {
    const { call, lab, invites } = await calling();
    const changed = call.reinvite();
    changed.catch(() => {});
    for (let turn = 1; turn < 10; turn++) {
      lab.pass(4000);
      invites[turn]?.reply(491);
    }
    await expect(changed).rejects.toMatchObject({ statusCode: 491 });
    expect(invites).toHaveLength(7);
  });

  it("does not start before the peer's INVITE has its ACK", async () => {
    const { call, bob, lab, send, acknowledge } = await called();
    send({ method: "INVITE", body: sdp("bob", 40_002), branch: "z9hG4bK-re" });
    void call.reinvite({ sdp: sdp("alice", 41_000) });
    lab.pass();
    expect(bob.messages("INVITE")).toEqual([]);
    acknowledge({ sequenceNumber: 2 });
    lab.pass();
    expect(bob.messages("INVITE")).toHaveLength(1);
  });
});

describe("RFC 3261 §14.2 the peer changes the session", () => {
  it("gets an answer drawn from our description, its version continued", async () => {
    const { call, bob, send, acknowledge } = await called();
    send({ method: "INVITE", body: sdp("bob", 40_002, "a=sendonly"), branch: "z9hG4bK-re" });
    const success = bob.last("200 INVITE");
    expect(success.body).toContain("a=recvonly");
    expect(origins(success.body)).toEqual(["o=alice 1 2 IN IP4 192.0.2.9"]);
    acknowledge({ sequenceNumber: 2 });
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob", 40_002, "a=sendonly")]);
  });

  it("gets our offer where it made none", async () => {
    const { bob, send, acknowledge, call } = await called();
    send({ method: "INVITE", branch: "z9hG4bK-re" });
    expect(bob.last("200 INVITE").body).toBe(sdp("alice"));
    acknowledge({ sequenceNumber: 2, body: sdp("bob", 40_006) });
    expect(call.remoteDescription).toBe(sdp("bob", 40_006));
  });

  it("is refused where nothing of it can be done; the session stays", async () => {
    const { bob, send, call } = await called();
    send({ method: "INVITE", body: sdp("bob").replace("0 8", "18"), branch: "z9hG4bK-re" });
    expect([bob.messages("488 INVITE").length, call.state, call.remoteDescription]).toEqual([
      1,
      "confirmed",
      sdp("bob"),
    ]);
  });

  it("moves its target with the 2xx", async () => {
    const { call, bob, send, acknowledge, lab } = await called();
    send({ method: "INVITE", contact: "<sip:moved@192.0.2.2>", body: sdp("bob"), branch: "z9hG4bK-re" });
    acknowledge({ sequenceNumber: 2 });
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").requestUri).toBe("sip:moved@192.0.2.2");
  });

  it("checklist 41: gets 491 while our own INVITE is open", async () => {
    const { call, bob, lab, send } = await called();
    void call.reinvite({ sdp: sdp("alice", 41_000) }).catch(() => {});
    lab.pass();
    send({ method: "INVITE", body: sdp("bob", 40_002), branch: "z9hG4bK-re" });
    expect(bob.messages("491 INVITE")).toHaveLength(1);
  });

  it("checklist 41: gets 500 with Retry-After while its first INVITE is open", async () => {
    const { call, bob, lab, send, acknowledge } = await receiveScripted();
    const createAnswer = (): Promise<string> => new Promise(() => {});
    void call.answer({ sdp: sdp("alice"), media: { createOffer: () => sdp("alice"), createAnswer } });
    lab.pass();
    acknowledge();
    send({ method: "INVITE", body: sdp("bob", 40_002), branch: "z9hG4bK-first" });
    send({ method: "INVITE", body: sdp("bob", 40_004), branch: "z9hG4bK-second" });
    const refused = bob.last("500 INVITE");
    expect([refused.branch, refused.sequenceNumber]).toEqual(["z9hG4bK-second", 3]);
    expect(Number(refused.header("Retry-After"))).toBeLessThanOrEqual(10);
  });

  it("is repeated until its ACK comes; without it the call ends", async () => {
    const { bob, send, lab, told } = await called();
    send({ method: "INVITE", body: sdp("bob"), branch: "z9hG4bK-re" });
    lab.pass(32_000);
    expect(bob.messages("200 INVITE").length).toBeGreaterThan(10);
    expect([bob.messages("BYE").length > 0, told.at(-1)]).toEqual([true, "ended network timeout 408"]);
  });

  it("checklist 32: is out of order with a number that is not higher: 500; a jump is fine", async () => {
    const { bob, send } = await called();
    send({ method: "OPTIONS", sequenceNumber: 1, branch: "z9hG4bK-old" });
    expect(bob.messages("500 OPTIONS")).toHaveLength(1);
    send({ method: "OPTIONS", sequenceNumber: 77, branch: "z9hG4bK-jump" });
    expect(bob.messages("200 OPTIONS")).toHaveLength(1);
  });

  it("tells that it holds us, in both old and new words", async () => {
    const { call, send, acknowledge } = await called();
    const held: boolean[] = [];
    call.on("session", ({ isHeldByPeer }) => held.push(isHeldByPeer));
    send({ method: "INVITE", body: sdp("bob", 40_000, "a=inactive"), branch: "z9hG4bK-1" });
    acknowledge({ sequenceNumber: 2 });
    send({
      method: "INVITE",
      body: sdp("bob").replace("IN IP4 192.0.2.9\r\nt", "IN IP4 0.0.0.0\r\nt"),
      branch: "z9hG4bK-2",
    });
    acknowledge({ sequenceNumber: 3 });
    send({ method: "INVITE", body: sdp("bob"), branch: "z9hG4bK-3" });
    expect(held).toEqual([true, true, false]);
  });
});
