import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, onRequest, sdp } from "../agent-lab.js";

const offer = { sdp: sdp("alice") };

describe("RFC 3261 §13.2 a user agent calls", () => {
  it("rings, is answered, acknowledges, and can talk", async () => {
    const { invites, lab, bob, told, call } = await callScripted();
    expect(call.state).toBe("calling");
    invites[0]?.reply(180);
    lab.pass();
    expect(call.state).toBe("early");
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect([told, call.state]).toEqual([["180", "answered", "confirmed"], "confirmed"]);
    expect([call.localDescription, call.remoteDescription]).toEqual([sdp("alice"), sdp("bob")]);
    await expect(call.answered).resolves.toBeUndefined();
    const ack = bob.last("ACK");
    expect([ack.sequenceNumber, ack.requestUri, ack.body]).toEqual([1, bob.uri, ""]);
  });

  it("checklist 35: takes the route of the 2xx, not that of the provisional", async () => {
    const { invites, lab, bob, call } = await callScripted();
    invites[0]?.reply(180, { recordRoute: ["<sip:192.0.2.2;lr;early>"] });
    lab.pass();
    invites[0]?.reply(200, { recordRoute: ["<sip:192.0.2.2;lr;last>", "<sip:192.0.2.2;lr;first>"], body: sdp("bob") });
    lab.pass();
    void call.hangUp();
    lab.pass();
    expect(bob.last("BYE").values("Route")).toEqual(["<sip:192.0.2.2;lr;first>", "<sip:192.0.2.2;lr;last>"]);
  });

  it("checklist 37: acknowledges each repeat of the 2xx by the same number", async () => {
    const { invites, lab, bob, told } = await callScripted();
    for (let copy = 0; copy < 3; copy++) {
      invites[0]?.reply(200, { body: sdp("bob") });
      lab.pass(500);
    }
    expect(bob.messages("ACK").map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 1, 1]);
    expect(told).toEqual(["answered", "confirmed"]);
  });

  it("takes the peer's offer in the 2xx and answers it in the ACK", async () => {
    const { invites, lab, bob, call } = await callScripted({ ...offer, asksForOffer: true });
    expect(bob.last("INVITE").body).toBe("");
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    const ack = bob.last("ACK");
    expect([ack.header("Content-Type"), ack.body]).toEqual([
      "application/sdp",
      expect.stringContaining("m=audio 40000"),
    ]);
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });

  it("acknowledges and hangs up when the 2xx lacks the answer", async () => {
    const { invites, lab, bob, told } = await callScripted();
    invites[0]?.reply(200);
    lab.pass();
    expect(bob.messages(({ isRequest }) => isRequest).map(({ method }) => method)).toEqual(["INVITE", "ACK", "BYE"]);
    expect(told).toEqual(["answered", "ended local failed 488"]);
  });

  it("calls without any description where there are no media", async () => {
    const { invites, lab, told } = await callScripted({});
    invites[0]?.reply(200);
    lab.pass();
    expect(told).toEqual(["answered", "confirmed"]);
  });

  it("answers an offer it cannot take with one that takes nothing, and can hang up", async () => {
    const { invites, lab, bob, told } = await callScripted({});
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect(bob.last("ACK").body).toContain("m=audio 0 RTP/AVP 0 8");
    expect(told).toEqual(["answered", "confirmed"]);
  });

  describe("forked", () => {
    it("keeps the first dialog that answers, acknowledges and ends the others", async () => {
      const { invites, lab, bob, told, call } = await callScripted();
      onRequest(bob, (request) => request.reply(200));
      for (const toTag of ["one", "two", "three"]) invites[0]?.reply(180, { toTag });
      invites[0]?.reply(200, { toTag: "two", body: sdp("two") });
      lab.pass();
      invites[0]?.reply(200, { toTag: "one", body: sdp("one") });
      invites[0]?.reply(200, { toTag: "four", body: sdp("four") });
      lab.pass();
      expect(told).toEqual(["180", "180", "180", "answered", "confirmed"]);
      expect(bob.messages("ACK").map(({ toTag }) => toTag)).toEqual(["two", "one", "four"]);
      expect(bob.messages("BYE").map(({ toTag }) => toTag)).toEqual(["one", "four"]);
      expect(call.remoteDescription).toBe(sdp("two"));
    });

    it("acknowledges and ends a late fork, and repeats the ACK for it as well", async () => {
      const { invites, lab, bob, alice } = await callScripted();
      onRequest(bob, (request) => request.reply(200));
      invites[0]?.reply(200, { toTag: "one", body: sdp("one") });
      lab.pass(31_000);
      invites[0]?.reply(200, { toTag: "late", body: sdp("late") });
      invites[0]?.reply(200, { toTag: "late", body: sdp("late") });
      lab.pass(500);
      expect(bob.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one", "late", "late"]);
      expect(bob.messages("BYE").map(({ toTag }) => toTag)).toEqual(["late"]);
      expect(alice.ua.calls.size).toBe(1);
    });

    it("ends the dialogs that did not answer 64·T1 after the first 2xx", async () => {
      const { invites, lab, bob } = await callScripted();
      invites[0]?.reply(180, { toTag: "silent" });
      invites[0]?.reply(200, { toTag: "one", body: sdp("one") });
      lab.pass();
      const options = { method: "OPTIONS", fromTag: "silent", toTag: invites[0]?.message.fromTag };
      const ask = (sequenceNumber: number): number => {
        const { callId = "" } = invites[0]?.message ?? {};
        bob.sendRequest({ ...options, uri: "sip:alice@192.0.2.1", callId, sequenceNumber });
        lab.pass();
        return bob.last(({ method, isRequest }) => !isRequest && method === "OPTIONS").status;
      };
      expect(ask(1)).toBe(200);
      lab.pass(32_000);
      expect(ask(2)).toBe(481);
    });

    it("has a dialog less after a 199 (RFC 6228)", async () => {
      const { invites, lab, told, call } = await callScripted();
      invites[0]?.reply(180, { toTag: "one" });
      invites[0]?.reply(199, { toTag: "one" });
      invites[0]?.reply(200, { toTag: "two", body: sdp("two") });
      lab.pass();
      expect([told, call.state]).toEqual([["180", "199", "answered", "confirmed"], "confirmed"]);
    });
  });

  describe("§9.1 and cancels", () => {
    it("checklist 38: waits with the CANCEL for a provisional", async () => {
      const { invites, lab, bob, told, call } = await callScripted();
      void call.hangUp({ reason: { cause: 487, text: "gone" } });
      lab.pass(300);
      expect(bob.messages("CANCEL")).toEqual([]);
      invites[0]?.reply(180);
      lab.pass();
      const cancel = bob.last("CANCEL");
      expect([cancel.branch, cancel.sequenceNumber, cancel.toTag]).toEqual([invites[0]?.message.branch, 1, undefined]);
      expect(cancel.header("Reason")).toBe('SIP;cause=487;text="gone"');
      invites[0]?.reply(487);
      lab.pass();
      expect(told).toEqual(["180", "ended local cancelled 487"]);
    });

    it("checklist 39: sends no CANCEL after the final response, but BYE", async () => {
      const { invites, lab, bob, call } = await callScripted();
      invites[0]?.reply(200, { body: sdp("bob") });
      lab.pass();
      void call.hangUp();
      lab.pass();
      expect([bob.messages("CANCEL").length, bob.messages("BYE").length]).toEqual([0, 1]);
    });

    it("gives up when nobody answers the cancelled INVITE within 64·T1", async () => {
      const { invites, lab, told, call } = await callScripted();
      invites[0]?.reply(180);
      lab.pass();
      void call.hangUp();
      lab.pass(32_000);
      expect(told).toEqual(["180", "ended local cancelled 408"]);
    });

    it("does not answer a challenge once it is cancelled", async () => {
      const agent = { credentials: { username: "alice", password: "secret" } };
      const { invites, lab, call, bob } = await callScripted(offer, { agent });
      void call.hangUp();
      invites[0]?.reply(401, { headers: { "WWW-Authenticate": 'Digest realm="x", nonce="n"' } });
      lab.pass();
      expect([bob.messages("INVITE").length, call.end?.cause]).toEqual([1, "cancelled"]);
    });

    it("when it has rung for as long as it should", async () => {
      const { invites, lab, bob } = await callScripted({ ...offer, expires: 30 });
      invites[0]?.reply(180);
      lab.pass(30_000);
      expect(bob.messages("CANCEL")).toHaveLength(1);
    });
  });

  it.each([404, 486, 500, 603])("ends with the failure %i, which the promises tell too", async (status) => {
    const { invites, lab, call, bob } = await callScripted();
    invites[0]?.reply(180);
    invites[0]?.reply(status);
    lab.pass();
    await expect(call.answered).rejects.toMatchObject({ code: "ua.rejected", statusCode: status });
    await expect(call.ended).resolves.toMatchObject({ by: "remote", cause: "rejected", statusCode: status });
    expect(bob.last("ACK").branch).toBe(invites[0]?.message.branch);
  });

  it("contains a listener that fails", async () => {
    const { invites, lab, call, told } = await callScripted();
    call.on("progress", () => {
      throw new TypeError("a listener's own mistake");
    });
    call.on("progress", () => told.push("next listener"));
    invites[0]?.reply(180);
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect(told).toEqual(["180", "next listener", "answered", "confirmed"]);
  });

  it("goes on over TCP as over UDP", async () => {
    const { invites, lab, told, call, bob } = await callScripted(offer, { lab: new AgentLab({ protocol: "tcp" }) });
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    void call.hangUp();
    lab.pass();
    expect([bob.last("INVITE").contactUri, told]).toEqual([
      "sip:alice@192.0.2.1:5060;transport=tcp",
      ["answered", "confirmed", "ended local bye"],
    ]);
  });
});
