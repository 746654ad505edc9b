import { describe, expect, it } from "vitest";
import { AgentLab, receiveScripted, sdp } from "../agent-lab.js";

const answer = { sdp: sdp("alice", 50_000) };
const lines = (text: string, start: string): string[] => text.split("\r\n").filter((line) => line.startsWith(start));

describe("RFC 3261 §13.3 a user agent is called", () => {
  it("progresses, accepts and confirms", async () => {
    const { call, bob, told, acknowledge, lab } = await receiveScripted();
    expect([call.offer, call.state]).toEqual([sdp("bob"), "calling"]);
    call.progress();
    void call.answer(answer);
    lab.pass();
    const success = bob.last("200 INVITE");
    expect([success.contactUri, success.body]).toEqual(["sip:alice@192.0.2.1:5060", answer.sdp]);
    expect(success.values("Allow")).toContain("BYE");
    expect(success.values("Supported")).toContain("100rel");
    expect([told, call.state]).toEqual([["answered"], "answered"]);
    acknowledge();
    expect([told, call.state, call.remoteDescription]).toEqual([["answered", "confirmed"], "confirmed", sdp("bob")]);
    await expect(call.confirmed).resolves.toBeUndefined();
  });

  it.each(["udp", "tcp"] as const)("checklist 36: repeats the 2xx until the ACK over %s", async (protocol) => {
    const lab = new AgentLab({ protocol });
    const { call, bob, acknowledge } = await receiveScripted({ body: sdp("bob") }, { lab });
    void call.answer(answer);
    lab.pass(1500);
    acknowledge();
    lab.pass(40_000);
    expect(bob.times("200 INVITE")).toEqual([0, 500, 1500]);
  });

  it("checklist 36: sends BYE when no ACK comes for 64·T1", async () => {
    const { call, bob, told, lab } = await receiveScripted();
    void call.answer(answer);
    lab.pass(31_999);
    expect(bob.messages("BYE")).toEqual([]);
    lab.pass(1);
    expect(bob.times("BYE")[0]).toBe(32_000);
    expect(told).toEqual(["answered", "ended network timeout 408"]);
    await expect(call.confirmed).rejects.toMatchObject({ code: "ua.ended" });
  });

  it("makes the offer where the caller made none, and takes the answer from the ACK", async () => {
    const { call, bob, acknowledge, lab } = await receiveScripted({});
    expect(call.offer).toBeUndefined();
    void call.answer(answer);
    lab.pass();
    expect(bob.last("200 INVITE").body).toBe(answer.sdp);
    acknowledge({ body: sdp("bob") });
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });

  it("hangs up when the ACK lacks the answer", async () => {
    const { call, bob, acknowledge, lab, told } = await receiveScripted({});
    void call.answer(answer);
    lab.pass();
    acknowledge();
    expect([bob.messages("BYE").length, told]).toEqual([1, ["answered", "ended local failed 488"]]);
  });

  it("draws its answer from what it could do: the lines of the offer in order, what both know", async () => {
    const media = { createOffer: () => answer.sdp, createAnswer: () => undefined };
    const { call, bob, lab } = await receiveScripted({ body: sdp("bob") });
    await expect(call.answer({ media })).rejects.toMatchObject({ code: "ua.rejected", statusCode: 488 });
    lab.pass();
    expect(bob.last("488 INVITE").toTag).toBeDefined();
  });

  it("answers once the media are ready, if they need time", async () => {
    const createAnswer = (): Promise<string> => Promise.resolve(answer.sdp);
    const { call, bob, lab } = await receiveScripted();
    void call.answer({ media: { createOffer: () => answer.sdp, createAnswer } });
    lab.pass();
    expect(bob.messages("200 INVITE")).toEqual([]);
    await lab.settle();
    expect(bob.last("200 INVITE").body).toBe(answer.sdp);
  });

  it("refuses where the media fail", async () => {
    const fail = (): never => {
      throw new TypeError("no device");
    };
    const { call, bob, lab } = await receiveScripted();
    await expect(call.answer({ media: { createOffer: fail, createAnswer: fail } })).rejects.toMatchObject({
      statusCode: 488,
    });
    lab.pass();
    expect(bob.messages("488 INVITE")).toHaveLength(1);
  });

  it("rejects and redirects", async () => {
    const busy = await receiveScripted();
    busy.call.reject(486, { reason: "Talking", headers: { "Retry-After": "60" } });
    busy.lab.pass();
    const refused = busy.bob.last("486 INVITE");
    expect([refused.startLine, refused.header("Retry-After")]).toEqual(["SIP/2.0 486 Talking", "60"]);
    expect(busy.told).toEqual(["ended local rejected 486"]);
    const moved = await receiveScripted();
    moved.call.redirect(["<sip:mobile@example.com>;q=0.5", "<sip:office@example.com>;q=0.1"]);
    moved.lab.pass();
    expect(moved.bob.last("302 INVITE").values("Contact")).toHaveLength(2);
  });

  it("says it is not there when nobody takes its calls", async () => {
    const lab = new AgentLab();
    const alice = await lab.agent("alice");
    const bob = lab.scripted("bob", alice);
    bob.sendRequest({ method: "INVITE", uri: alice.uri });
    lab.pass();
    expect(bob.messages("480 INVITE")).toHaveLength(1);
  });

  it("decides once", async () => {
    const { call, lab } = await receiveScripted();
    void call.answer(answer);
    lab.pass();
    const refusal = expect.objectContaining({ code: "ua.state" });
    expect(() => call.reject()).toThrow(refusal);
    expect(() => call.progress()).toThrow(refusal);
    expect(() => call.redirect([])).toThrow(refusal);
    expect(() => call.answer(answer)).toThrow(refusal);
  });

  it("rings on for ever: the provisional is repeated each minute", async () => {
    const { call, bob, lab } = await receiveScripted();
    call.progress();
    lab.pass(180_000);
    expect(bob.times("180")).toEqual([0, 60_000, 120_000, 180_000]);
  });

  it("ends by 487 when the caller's Expires has run out", async () => {
    const { call, bob, lab, told } = await receiveScripted({ headers: { Expires: "20" } });
    call.progress();
    lab.pass(20_000);
    expect([bob.times("487 INVITE")[0], told]).toEqual([20_000, ["ended network expired 487"]]);
  });

  it("shows its answer ahead, and gives the same then", async () => {
    const { call, bob, lab } = await receiveScripted();
    call.progress({ statusCode: 183, sdp: answer.sdp });
    void call.answer();
    lab.pass();
    expect([bob.last("183").body, bob.last("200 INVITE").body]).toEqual([answer.sdp, answer.sdp]);
    expect(lines(bob.last("183").text, "Require")).toEqual([]);
  });

  it("does not show a description where the caller made no offer", async () => {
    const { call } = await receiveScripted({});
    expect(() => call.progress({ sdp: answer.sdp })).toThrow(expect.objectContaining({ code: "offer-answer.state" }));
  });

  describe("§9.2 and is cancelled", () => {
    const cancel = { method: "CANCEL", branch: "z9hG4bK-invite", sequenceNumber: 1 };

    it("in time: 200 to the CANCEL, 487 to the INVITE, under one tag", async () => {
      const { call, bob, lab, told, invite } = await receiveScripted();
      call.progress();
      lab.pass();
      bob.sendRequest({
        ...cancel,
        uri: invite.requestUri,
        fromTag: "bob-tag",
        callId: invite.callId,
        headers: { Reason: "SIP;cause=600" },
      });
      lab.pass();
      expect(told).toEqual(["ended remote cancelled 487"]);
      expect(call.end?.reason).toBe("SIP;cause=600");
      const tags = ["180", "200 CANCEL", "487 INVITE"].map((match) => bob.last(match).toTag);
      expect(new Set(tags).size).toBe(1);
      expect(() => call.answer(answer)).toThrow(expect.objectContaining({ code: "ua.state" }));
    });

    it("checklist 39: too late: 200 without effect", async () => {
      const { call, bob, lab, told, invite, acknowledge } = await receiveScripted();
      void call.answer(answer);
      lab.pass();
      bob.sendRequest({ ...cancel, uri: invite.requestUri, fromTag: "bob-tag", callId: invite.callId });
      lab.pass();
      acknowledge();
      expect([bob.messages("200 CANCEL").length, told]).toEqual([1, ["answered", "confirmed"]]);
    });

    it("for nothing: 481", async () => {
      const { bob, lab, invite } = await receiveScripted();
      bob.sendRequest({ ...cancel, branch: "z9hG4bK-other", uri: invite.requestUri });
      lab.pass();
      expect(bob.messages("481 CANCEL")).toHaveLength(1);
    });
  });
});
