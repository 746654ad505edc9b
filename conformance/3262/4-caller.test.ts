import type { ResponseTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { callScripted, numbered, onRequest, sdp } from "../agent-lab.js";

const reliable = (number: number, more: ResponseTextOptions = {}): ResponseTextOptions => ({
  ...more,
  headers: { Require: "100rel", RSeq: String(number), ...more.headers },
});

describe("RFC 3262 §4 reliable provisional responses, as caller; checklist 58", () => {
  it("are asked for, and acknowledged by the next number of the early dialog on its route (flow 29.4)", async () => {
    const { invites, bob, lab, told } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    expect(bob.last("INVITE").values("Supported")).toContain("100rel");
    const route = { recordRoute: ["<sip:192.0.2.2;lr>"], contact: "<sip:bob@192.0.2.2>" };
    invites[0]?.reply(183, reliable(9021, { ...route, body: sdp("bob") }));
    lab.pass();
    const prack = bob.last("PRACK");
    expect([numbered(prack), prack.header("RAck"), prack.requestUri, prack.header("Route")]).toEqual([
      "2 PRACK",
      "9021 1 INVITE",
      "sip:bob@192.0.2.2",
      "<sip:192.0.2.2;lr>",
    ]);
    invites[0]?.reply(180, reliable(9022, route));
    lab.pass();
    expect([numbered(bob.last("PRACK")), bob.last("PRACK").header("RAck")]).toEqual(["3 PRACK", "9022 1 INVITE"]);
    invites[0]?.reply(200, route);
    lab.pass();
    expect(numbered(bob.last("ACK"))).toBe("1 ACK");
    expect(told).toEqual(["183 sdp", "180", "answered", "confirmed"]);
  });

  it("counts on behind the PRACKs in the call", async () => {
    const { invites, bob, lab, call } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(183, reliable(1, { body: sdp("bob") }));
    lab.pass();
    invites[0]?.reply(200);
    lab.pass();
    void call.hangUp();
    lab.pass();
    expect(numbered(bob.last("BYE"))).toBe("3 BYE");
  });

  it("are acknowledged once when they are repeated; the PRACK repeats itself", async () => {
    const { invites, bob, lab, told } = await callScripted();
    for (let copy = 0; copy < 3; copy++) invites[0]?.reply(180, reliable(7));
    lab.pass();
    expect([bob.messages("PRACK").length, told]).toEqual([1, ["180"]]);
    lab.pass(1500);
    expect(new Set(bob.messages("PRACK").map(({ branch }) => branch)).size).toBe(1);
    expect(bob.messages("PRACK")).toHaveLength(3);
  });

  it("are not acknowledged ahead of their turn", async () => {
    const { invites, bob, lab, told } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(180, reliable(7));
    invites[0]?.reply(183, reliable(9));
    lab.pass();
    expect([bob.messages("PRACK").length, told]).toEqual([1, ["180"]]);
    invites[0]?.reply(183, reliable(8));
    invites[0]?.reply(183, reliable(9));
    lab.pass();
    expect(bob.messages("PRACK").map((prack) => prack.header("RAck"))).toEqual([
      "7 1 INVITE",
      "8 1 INVITE",
      "9 1 INVITE",
    ]);
  });

  it("have numbers of their own in each early dialog", async () => {
    const { invites, bob, lab } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(180, reliable(7, { toTag: "one" }));
    invites[0]?.reply(180, reliable(900, { toTag: "two" }));
    lab.pass();
    expect(bob.messages("PRACK").map((prack) => [prack.toTag, numbered(prack), prack.header("RAck")])).toEqual([
      ["one", "2 PRACK", "7 1 INVITE"],
      ["two", "2 PRACK", "900 1 INVITE"],
    ]);
  });

  it("are none without Require or without RSeq", async () => {
    const { invites, bob, lab, told } = await callScripted();
    invites[0]?.reply(180, { headers: { RSeq: "7" } });
    invites[0]?.reply(183, { headers: { Require: "100rel" } });
    lab.pass();
    expect([bob.messages("PRACK").length, told]).toEqual([0, ["180", "183"]]);
  });

  it("answers a challenge to its PRACK", async () => {
    const agent = { credentials: { username: "alice", password: "secret" } };
    const { invites, bob, lab } = await callScripted({ sdp: sdp("alice") }, { agent });
    onRequest(bob, (request) => {
      if (request.message.header("Proxy-Authorization") !== undefined) return void request.reply(200);
      request.reply(407, { headers: { "Proxy-Authenticate": 'Digest realm="p", nonce="n"' } });
    });
    invites[0]?.reply(180, reliable(7));
    lab.pass();
    expect(bob.messages("PRACK").map((prack) => [numbered(prack), prack.header("RAck")])).toEqual([
      ["2 PRACK", "7 1 INVITE"],
      ["3 PRACK", "7 1 INVITE"],
    ]);
  });
});

describe("RFC 3262 §5 offers and answers around PRACK, as caller", () => {
  it("takes the answer from a reliable provisional, and no other SDP after it", async () => {
    const { invites, bob, lab, call } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(183, reliable(1, { body: sdp("bob") }));
    lab.pass();
    expect([bob.last("PRACK").body, call.remoteDescription]).toEqual(["", sdp("bob")]);
    invites[0]?.reply(200, { body: sdp("mallory") });
    lab.pass();
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });

  it("answers an offer in a reliable provisional in the PRACK", async () => {
    const { invites, bob, lab, call } = await callScripted({ sdp: sdp("alice"), asksForOffer: true });
    onRequest(bob, (request) => request.reply(200));
    invites[0]?.reply(183, reliable(1, { body: sdp("bob") }));
    lab.pass();
    expect([bob.last("PRACK").header("Content-Type"), bob.last("PRACK").body]).toEqual([
      "application/sdp",
      expect.stringContaining("m=audio 40000"),
    ]);
    invites[0]?.reply(200);
    lab.pass();
    expect([bob.last("ACK").body, call.state]).toEqual(["", "confirmed"]);
  });

  it("answers even an offer it can do nothing with", async () => {
    const { invites, bob, lab } = await callScripted({ sdp: sdp("alice"), asksForOffer: true });
    invites[0]?.reply(183, reliable(1, { body: sdp("bob").replace("0 8", "18") }));
    lab.pass();
    expect(bob.last("PRACK").body).toContain("m=audio 0 RTP/AVP 18");
  });
});
