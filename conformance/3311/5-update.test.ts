import { describe, expect, it } from "vitest";
import { callScripted, numbered, onRequest, receiveScripted, sdp, type ReceivedCall } from "../agent-lab.js";

const reliable = { Require: "100rel", RSeq: "1" };

/** A call that came, and stands. */
async function called(): Promise<ReceivedCall> {
  const received = await receiveScripted();
  void received.call.answer({ sdp: sdp("alice") });
  received.lab.pass();
  received.acknowledge();
  return received;
}

describe("RFC 3311 §5.1 UPDATE is sent", () => {
  it("in an early dialog once the first offer is answered, and changes the session there", async () => {
    const { call, bob, lab, invites } = await callScripted();
    onRequest(bob, (request) =>
      request.reply(200, { body: request.message.method === "UPDATE" ? sdp("bob", 40_002) : "" }),
    );
    const early = call.update();
    await expect(early).rejects.toMatchObject({ code: "ua.state" });
    invites[0]?.reply(183, { headers: reliable, body: sdp("bob"), contact: "<sip:bob@192.0.2.2>" });
    lab.pass();
    const changed = call.update({ sdp: sdp("alice", 41_000) });
    lab.pass();
    await expect(changed).resolves.toMatchObject({ statusCode: 200 });
    const update = bob.last("UPDATE");
    expect([numbered(update), update.contactUri, update.body.includes("m=audio 41000")]).toEqual([
      "3 UPDATE",
      "sip:alice@192.0.2.1:5060",
      true,
    ]);
    expect(call.remoteDescription).toBe(sdp("bob", 40_002));
    invites[0]?.reply(200);
    lab.pass();
    expect([call.state, numbered(bob.last("ACK"))]).toEqual(["confirmed", "1 ACK"]);
  });

  it("waits while the first offer is open", async () => {
    const { call, bob, lab, invites } = await callScripted();
    onRequest(bob, (request) => request.reply(200, { body: sdp("bob") }));
    invites[0]?.reply(180);
    lab.pass();
    void call.update({ sdp: sdp("alice", 41_000) });
    lab.pass();
    expect(bob.messages("UPDATE")).toEqual([]);
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect(bob.messages("UPDATE")).toHaveLength(1);
  });

  it("moves the target with its 2xx", async () => {
    const { call, bob, lab } = await called();
    onRequest(bob, (request) => request.reply(200, { contact: "<sip:moved@192.0.2.2>", body: sdp("bob") }));
    void call.update();
    lab.pass();
    onRequest(bob, (request) => request.reply(200));
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").requestUri).toBe("sip:moved@192.0.2.2");
  });

  it.each([488, 504, 500])("leaves the session as it was when it is refused by %i", async (status) => {
    const { call, bob, lab } = await called();
    onRequest(bob, (request) => request.reply(status));
    await expect(Promise.all([call.update({ sdp: sdp("alice", 41_000) }), lab.settle()])).rejects.toMatchObject({
      statusCode: status,
    });
    expect([call.state, call.localDescription]).toEqual(["confirmed", sdp("alice")]);
  });

  it.each([481, 408])("ends the call when it is answered by %i", async (status) => {
    const { call, bob, lab, told } = await called();
    onRequest(bob, (request) => request.reply(request.message.method === "UPDATE" ? status : 200));
    call.update().catch(() => {});
    lab.pass();
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, `ended network failed ${status}`]);
  });

  it("is tried again after a 491", async () => {
    const { call, bob, lab } = await called();
    const replies = [491, 200];
    onRequest(bob, (request) => request.reply(replies.shift() ?? 200, { body: sdp("bob") }));
    const changed = call.update({ sdp: sdp("alice", 41_000) });
    lab.pass(2100);
    await expect(changed).resolves.toMatchObject({ statusCode: 200 });
    expect(bob.messages("UPDATE").map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2]);
  });
});

describe("RFC 3311 §5.2 UPDATE is received", () => {
  it("with an offer: its answer, our Contact, and the new target", async () => {
    const { call, bob, send, lab } = await called();
    send({ method: "UPDATE", body: sdp("bob", 40_002), contact: "<sip:moved@192.0.2.2>" });
    const success = bob.last("200 UPDATE");
    expect([success.body.includes("m=audio 40000"), success.contactUri]).toEqual([true, "sip:alice@192.0.2.1:5060"]);
    expect(call.remoteDescription).toBe(sdp("bob", 40_002));
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").requestUri).toBe("sip:moved@192.0.2.2");
  });

  it("without one: 200, nothing else changes", async () => {
    const { call, bob, send } = await called();
    send({ method: "UPDATE" });
    expect([bob.last("200 UPDATE").body, call.remoteDescription]).toEqual(["", sdp("bob")]);
  });

  it("in an early dialog, once the first offer is answered", async () => {
    const { call, bob, send, lab } = await receiveScripted({ body: sdp("bob"), headers: { Supported: "100rel" } });
    call.progress();
    lab.pass();
    send({ method: "UPDATE", body: sdp("bob", 40_002) });
    expect(bob.last("500 UPDATE").header("Retry-After")).toMatch(/^\d+$/);
    call.progress({ statusCode: 183, reliable: true, sdp: sdp("alice") });
    lab.pass();
    send({ method: "PRACK", headers: { RAck: `${bob.last("183").header("RSeq")} 1 INVITE` } });
    send({ method: "UPDATE", body: sdp("bob", 40_002) });
    expect(bob.last("200 UPDATE").body).toContain("m=audio 40000");
    void call.answer();
    lab.pass();
    expect(bob.last("200 INVITE").body).toBe("");
  });

  it("while another is open: 500 with Retry-After", async () => {
    const { call, bob, send, lab, acknowledge } = await receiveScripted();
    const createAnswer = (): Promise<string> => new Promise(() => {});
    void call.answer({ sdp: sdp("alice"), media: { createOffer: () => sdp("alice"), createAnswer } });
    lab.pass();
    acknowledge();
    send({ method: "UPDATE", body: sdp("bob", 40_002) });
    send({ method: "UPDATE" });
    const seconds = Number(bob.last("500 UPDATE").header("Retry-After"));
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThanOrEqual(10);
  });

  it("with an offer while ours is open: 491", async () => {
    const { call, bob, send, lab } = await called();
    call.update({ sdp: sdp("alice", 41_000) }).catch(() => {});
    lab.pass();
    send({ method: "UPDATE", body: sdp("bob", 40_002) });
    expect(bob.messages("491 UPDATE")).toHaveLength(1);
  });

  it("with an offer that nothing can be done with: 488", async () => {
    const { call, bob, send } = await called();
    send({ method: "UPDATE", body: sdp("bob").replace("0 8", "18") });
    expect([bob.messages("488 UPDATE").length, call.remoteDescription]).toEqual([1, sdp("bob")]);
    send({ method: "UPDATE", body: sdp("bob", 40_002) });
    expect(bob.messages("200 UPDATE")).toHaveLength(1);
  });

  it("of no dialog: 481", async () => {
    const { bob, send } = await called();
    send({ method: "UPDATE", toTag: "other" });
    expect(bob.messages("481 UPDATE")).toHaveLength(1);
  });
});
