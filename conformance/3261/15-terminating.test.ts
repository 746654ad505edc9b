import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, onRequest, receiveScripted, sdp } from "../agent-lab.js";

const answer = { sdp: sdp("alice") };

describe("RFC 3261 §15.1.1 a user agent ends a session", () => {
  it("by BYE, whatever the answer; the session is over when it is sent", async () => {
    for (const status of [200, 481, 500, undefined]) {
      const { call, bob, lab, invites, told } = await callScripted();
      invites[0]?.reply(200, { body: sdp("bob") });
      lab.pass();
      onRequest(bob, (request) => void (status !== undefined && request.reply(status)));
      const done = call.hangUp();
      expect(call.state).toBe("ended");
      await lab.settle(32_000);
      await expect(done).resolves.toBeUndefined();
      expect(told.at(-1)).toBe("ended local bye");
      expect(bob.last("BYE").sequenceNumber).toBe(2);
    }
  });

  it("waits, as callee, for the ACK before it sends BYE", async () => {
    const { call, bob, lab, acknowledge, told } = await receiveScripted();
    void call.answer(answer);
    lab.pass(100);
    void call.hangUp();
    lab.pass(1000);
    expect(bob.messages("BYE")).toEqual([]);
    acknowledge();
    expect([bob.messages("BYE").length, told]).toEqual([1, ["answered", "ended local bye"]]);
  });

  it("sends it, as callee, when no ACK ever comes", async () => {
    const { call, bob, lab } = await receiveScripted();
    void call.answer(answer);
    lab.pass(100);
    void call.hangUp();
    lab.pass(31_899);
    expect(bob.messages("BYE")).toEqual([]);
    lab.pass(1);
    expect(bob.messages("BYE")).toHaveLength(1);
  });

  it("cancels, as caller, what is not yet answered, and refuses, as callee", async () => {
    const { call, bob, lab, invites } = await callScripted();
    invites[0]?.reply(180);
    lab.pass();
    void call.hangUp();
    lab.pass();
    expect([bob.messages("CANCEL").length, bob.messages("BYE").length]).toEqual([1, 0]);
    const received = await receiveScripted();
    received.call.progress();
    void received.call.hangUp();
    received.lab.pass();
    expect([received.bob.messages("603 INVITE").length, received.bob.messages("BYE").length]).toEqual([1, 0]);
  });

  it("says why (RFC 3326)", async () => {
    const { call, bob, lab, invites } = await callScripted();
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    void call.hangUp({ reason: { protocol: "Q.850", cause: 16 } });
    lab.pass();
    expect(bob.last("BYE").header("Reason")).toBe("Q.850;cause=16");
  });

  it("answers a challenge to its BYE", async () => {
    const agent = { credentials: { username: "alice", password: "secret" } };
    const { call, bob, lab, invites } = await callScripted(answer, { agent });
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    onRequest(bob, (request) => {
      if (request.message.sequenceNumber > 2) return void request.reply(200);
      request.reply(407, { headers: { "Proxy-Authenticate": 'Digest realm="p", nonce="n"' } });
    });
    void call.hangUp();
    lab.pass();
    expect(bob.messages("BYE").map(({ sequenceNumber }) => sequenceNumber)).toEqual([2, 3]);
  });

  it("has nothing more to say when all is over", async () => {
    const { call, lab, invites, alice } = await callScripted();
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    void call.hangUp();
    await expect(call.hangUp()).resolves.toBeUndefined();
    for (const late of [call.reinvite(), call.update(), call.info("x", "text/plain"), call.message("x"), call.hold()]) {
      await expect(late).rejects.toMatchObject({ code: "ua.state" });
    }
    expect(() => call.refer("<sip:x@y>")).toThrow(expect.objectContaining({ code: "ua.state" }));
    expect(alice.ua.calls.size).toBe(0);
  });
});

describe("RFC 3261 §15.1.2 the peer ends a session", () => {
  it("gets 200, and 481 for what is not there", async () => {
    const { call, bob, lab, acknowledge, send, told } = await receiveScripted();
    void call.answer(answer);
    lab.pass();
    acknowledge();
    send({ method: "BYE", headers: { Reason: 'Q.850;cause=16;text="bye"' } });
    expect([bob.messages("200 BYE").length, told.at(-1)]).toEqual([1, "ended remote bye 16"]);
    send({ method: "INFO" });
    expect(bob.messages("481 INFO")).toHaveLength(1);
  });

  it("ends a call that rings: 200 to the BYE, 487 to the INVITE", async () => {
    const { call, bob, lab, send, told } = await receiveScripted();
    call.progress();
    lab.pass();
    send({ method: "BYE" });
    expect(bob.messages(({ status }) => status >= 200).map(({ summary }) => summary)).toEqual([
      "200 BYE",
      "487 INVITE",
    ]);
    expect(told).toEqual(["ended remote bye"]);
  });

  it("checklist 40: during an open re-INVITE of its own: 200, and 487 to the INVITE", async () => {
    const { call, bob, lab, send, acknowledge } = await receiveScripted();
    const createAnswer = (): Promise<string> => new Promise(() => {});
    void call.answer({ sdp: sdp("alice"), media: { createOffer: () => sdp("alice"), createAnswer } });
    lab.pass();
    acknowledge();
    send({ method: "INVITE", body: sdp("bob", 40_002), branch: "z9hG4bK-re" });
    send({ method: "UPDATE", sequenceNumber: 3 });
    send({ method: "BYE" });
    expect(bob.messages("200 BYE")).toHaveLength(1);
    expect(bob.messages("487 INVITE").map(({ branch }) => branch)).toEqual(["z9hG4bK-re"]);
  });

  it("checklist 40: during an open re-INVITE of ours: 200, and the change is off", async () => {
    const { call, bob, lab, send, acknowledge } = await receiveScripted();
    void call.answer(answer);
    lab.pass();
    acknowledge();
    const changed = call.reinvite({ sdp: sdp("alice", 41_000) });
    lab.pass();
    send({ method: "BYE" });
    await expect(changed).rejects.toMatchObject({ code: "ua.ended" });
    expect(bob.messages("200 BYE")).toHaveLength(1);
  });

  it("crosses our BYE: both get their answer", async () => {
    const lab = new AgentLab({ conditions: { delay: 50 } });
    const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
    bob.ua.on("call", (call) => void call.answer({ sdp: sdp("bob") }));
    const call = alice.ua.invite(bob.uri, answer);
    lab.pass(1000);
    const done = [call.hangUp(), ...[...bob.ua.calls].map((other) => other.hangUp())];
    await lab.settle(1000);
    await Promise.all(done);
    const byes = lab.network.trace.toString().match(/(\d{3} )?BYE/g);
    expect(byes?.toSorted()).toEqual(["200 BYE", "200 BYE", "BYE", "BYE"]);
  });
});
