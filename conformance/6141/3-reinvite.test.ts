import { describe, expect, it } from "vitest";
import { callScripted, onRequest, receiveScripted, sdp, type ReceivedCall, type ScriptedCall } from "../agent-lab.js";

async function calling(): Promise<ScriptedCall> {
  const scripted = await callScripted();
  onRequest(scripted.bob, (request) => request.reply(200));
  scripted.invites[0]?.reply(200, { body: sdp("bob"), contact: "<sip:bob@192.0.2.2>" });
  scripted.lab.pass();
  return scripted;
}

async function called(): Promise<ReceivedCall> {
  const received = await receiveScripted();
  void received.call.answer({ sdp: sdp("alice") });
  received.lab.pass();
  received.acknowledge();
  onRequest(received.bob, (request) => request.reply(200));
  return received;
}

const reliable = { Require: "100rel", RSeq: "1" };

describe("RFC 6141 §3 a re-INVITE that is done in part", () => {
  it("and fails then, is followed by one that brings both ends into step", async () => {
    const { call, bob, lab, invites } = await calling();
    const changed = call.reinvite({ sdp: sdp("alice", 41_000) });
    changed.catch(() => {});
    lab.pass();
    invites[1]?.reply(183, { headers: reliable, body: sdp("bob", 40_002) });
    lab.pass();
    expect([bob.messages("PRACK").length, call.localDescription?.includes("41000")]).toEqual([1, true]);
    invites[1]?.reply(500);
    lab.pass();
    await expect(changed).rejects.toMatchObject({ statusCode: 500 });
    const mended = bob.last("INVITE");
    expect(mended.body).toContain("m=audio 40000");
    expect(mended.body).toContain("o=alice 1 3 IN");
    invites[2]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect([call.localDescription, call.remoteDescription]).toEqual([mended.body, sdp("bob")]);
  });

  it("and fails before anything was agreed on, is followed by nothing", async () => {
    const { call, bob, lab, invites } = await calling();
    call.reinvite({ sdp: sdp("alice", 41_000) }).catch(() => {});
    lab.pass();
    invites[1]?.reply(180);
    invites[1]?.reply(488);
    lab.pass();
    expect([bob.messages("INVITE").length, call.localDescription]).toEqual([2, sdp("alice")]);
  });
});

describe("RFC 6141 §4 target refresh", () => {
  const targetOf = (scripted: ScriptedCall): string | undefined => {
    void scripted.call.hangUp();
    scripted.lab.pass();
    return scripted.bob.last("BYE").requestUri;
  };

  it.each([
    ["a reliable 1xx moves it", 183, reliable, "sip:moved@192.0.2.2"],
    ["an unreliable 1xx does not", 183, {}, "sip:bob@192.0.2.2"],
    ["an error does not", 488, {}, "sip:bob@192.0.2.2"],
    ["a 2xx moves it", 200, {}, "sip:moved@192.0.2.2"],
  ])("as caller: %s", async (_what, status, headers, target) => {
    const scripted = await calling();
    scripted.call.reinvite().catch(() => {});
    scripted.lab.pass();
    const body = status === 488 ? "" : sdp("bob");
    scripted.invites[1]?.reply(status, { headers, body, contact: "<sip:moved@192.0.2.2>" });
    scripted.lab.pass();
    if (status < 200) scripted.invites[1]?.reply(500);
    scripted.lab.pass();
    scripted.invites[2]?.reply(200, { body: sdp("bob"), contact: undefined });
    scripted.lab.pass();
    expect(targetOf(scripted)).toBe(target);
  });

  it("as callee: a re-INVITE that is refused does not move it, one that is accepted does", async () => {
    const { call, bob, lab, send, acknowledge } = await called();
    const contact = "<sip:moved@192.0.2.2>";
    send({ method: "INVITE", body: sdp("bob").replace("0 8", "18"), contact, branch: "z9hG4bK-1" });
    void call.info("x", "text/plain").catch(() => {});
    lab.pass();
    expect([bob.messages("488 INVITE").length, bob.last("INFO").requestUri]).toEqual([1, "sip:bob@192.0.2.2:5060"]);
    send({ method: "INVITE", body: sdp("bob"), contact, branch: "z9hG4bK-2" });
    acknowledge({ sequenceNumber: 3 });
    void call.info("x", "text/plain").catch(() => {});
    lab.pass();
    expect(bob.last("INFO").requestUri).toBe("sip:moved@192.0.2.2");
  });

  it("leaves the route set alone, whatever Record-Route says", async () => {
    const { call, bob, lab, send, acknowledge } = await called();
    send({
      method: "INVITE",
      body: sdp("bob"),
      branch: "z9hG4bK-1",
      headers: { "Record-Route": "<sip:192.0.2.66;lr>" },
    });
    acknowledge({ sequenceNumber: 2 });
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").header("Route")).toBeUndefined();
  });
});
