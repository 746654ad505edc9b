import type { RequestTextOptions, WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { AgentLab, receiveScripted, sdp, type ReceivedCall } from "../agent-lab.js";

const supported = { body: sdp("bob"), headers: { Supported: "100rel" } };
const required = { body: sdp("bob"), headers: { Require: "100rel" } };
const answer = { sdp: sdp("alice") };

function prack({ bob, send }: ReceivedCall, options: Partial<RequestTextOptions> = {}): WireMessage {
  const last = bob.messages((message) => message.header("RSeq") !== undefined).at(-1);
  send({ method: "PRACK", headers: { RAck: `${last?.header("RSeq")} 1 INVITE` }, ...options });
  return bob.last(({ method, status }) => method === "PRACK" && status > 0);
}

describe("RFC 3262 §3 reliable provisional responses, as callee; checklist 58", () => {
  it("are not sent to a caller that does not support them", async () => {
    const { call } = await receiveScripted();
    expect(() => call.progress({ reliable: true })).toThrow(expect.objectContaining({ code: "ua.state" }));
  });

  it("are sent where the caller supports them and we want to, with all that makes the early dialog", async () => {
    const { call, bob, lab } = await receiveScripted(supported);
    call.progress();
    call.progress({ statusCode: 183, reliable: true });
    lab.pass();
    const [plain, reliable] = [bob.last("180"), bob.last("183")];
    expect([plain.header("Require"), plain.header("RSeq")]).toEqual([undefined, undefined]);
    expect([reliable.header("Require"), reliable.toTag, reliable.contactUri]).toEqual([
      "100rel",
      plain.toTag,
      "sip:alice@192.0.2.1:5060",
    ]);
    expect(Number(reliable.header("RSeq"))).toBeGreaterThan(0);
    expect(reliable.values("Allow")).toContain("UPDATE");
  });

  it("are all sent so where the caller requires it, 100 excepted", async () => {
    const received = await receiveScripted(required);
    const { call, bob, lab } = received;
    lab.pass(200);
    call.progress();
    lab.pass();
    expect([bob.last("100").header("RSeq"), bob.last("180").header("RSeq")]).toEqual([undefined, expect.any(String)]);
  });

  it.each(["udp", "tcp"] as const)("are repeated until the PRACK, then no more, over %s", async (protocol) => {
    const received = await receiveScripted(supported, { lab: new AgentLab({ protocol }) });
    const { call, bob, lab } = received;
    call.progress({ reliable: true });
    lab.pass(8000);
    expect(prack(received).status).toBe(200);
    lab.pass(30_000);
    expect(bob.times("180")).toEqual([0, 500, 1500, 3500, 7500]);
  });

  it("fail the call by 504 when no PRACK comes for 64·T1", async () => {
    const { call, bob, lab, told } = await receiveScripted(supported);
    call.progress({ reliable: true });
    lab.pass(32_000);
    expect([bob.times("504 INVITE")[0], told]).toEqual([32_000, ["ended network timeout 504"]]);
  });

  it("go one after the other, each number one higher", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab } = received;
    call.progress({ reliable: true });
    call.progress({ statusCode: 183, reliable: true });
    lab.pass();
    expect(bob.messages("183")).toEqual([]);
    prack(received);
    lab.pass();
    const numbers = ["180", "183"].map((status) => Number(bob.last(status).header("RSeq")));
    expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
  });

  it.each([
    ["another number", (rseq: string) => `${Number(rseq) + 1} 1 INVITE`, 481],
    ["another INVITE", (rseq: string) => `${rseq} 2 INVITE`, 481],
    ["another method", (rseq: string) => `${rseq} 1 UPDATE`, 481],
    ["nothing that can be read", () => "x", 400],
  ])("are not acknowledged by a PRACK for %s", async (_what, rack, status) => {
    const received = await receiveScripted(supported);
    const { call, bob, lab } = received;
    call.progress({ reliable: true });
    lab.pass();
    const refused = prack(received, { headers: { RAck: rack(bob.last("180").header("RSeq") ?? "") } });
    expect(refused.status).toBe(status);
    lab.pass(500);
    expect(bob.messages("180")).toHaveLength(2);
  });

  it("get 481 for a PRACK where none was sent", async () => {
    const received = await receiveScripted(supported);
    received.call.progress();
    received.lab.pass();
    expect(prack(received, { headers: { RAck: "1 1 INVITE" } }).status).toBe(481);
  });

  it("hold the 2xx back while a description is under way", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab, acknowledge } = received;
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    void call.answer();
    lab.pass(400);
    expect(bob.messages("200 INVITE")).toEqual([]);
    prack(received);
    const summaries = bob.messages(({ status }) => status === 200).map(({ summary }) => summary);
    expect(summaries).toEqual(["200 PRACK", "200 INVITE"]);
    expect(bob.last("200 INVITE").body).toBe("");
    acknowledge();
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });

  it("can be overtaken by a 2xx where they carry none; a late PRACK gets its 200", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab, acknowledge } = received;
    call.progress({ reliable: true });
    void call.answer(answer);
    lab.pass();
    expect(bob.messages("200 INVITE")).toHaveLength(1);
    acknowledge();
    expect(prack(received).status).toBe(200);
    lab.pass(5000);
    expect(bob.messages("180")).toHaveLength(1);
  });

  it("can be overtaken by a refusal; a late PRACK gets its 200", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab } = received;
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    call.reject(486);
    lab.pass();
    expect(bob.messages("486 INVITE")).toHaveLength(1);
    expect([prack(received).status, prack(received).status]).toEqual([200, 481]);
    lab.pass(40_000);
    expect(bob.messages("183")).toHaveLength(1);
  });

  it("are acknowledged once when the PRACK is repeated", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab } = received;
    call.progress({ reliable: true });
    lab.pass();
    const sent = received.send({ method: "PRACK", headers: { RAck: `${bob.last("180").header("RSeq")} 1 INVITE` } });
    bob.send(sent.text);
    lab.pass();
    expect(bob.messages("200 PRACK")).toHaveLength(2);
  });

  it("are renewed each minute, without description, so that no proxy gives the call up", async () => {
    const received = await receiveScripted(supported);
    const { call, bob, lab } = received;
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    lab.pass();
    prack(received);
    lab.pass(60_000);
    const [first, second] = bob.messages("183");
    expect(Number(second?.header("RSeq"))).toBe(Number(first?.header("RSeq")) + 1);
    expect(second?.body).toBe("");
  });
});

describe("RFC 3262 §5 offers and answers around PRACK, as callee", () => {
  it("makes the offer in the first reliable provisional, and takes the answer from the PRACK", async () => {
    const received = await receiveScripted({ headers: { Supported: "100rel" } });
    const { call, bob, lab, acknowledge } = received;
    expect(() => call.progress({ reliable: true })).toThrow(expect.objectContaining({ code: "offer-answer.state" }));
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    lab.pass();
    expect(bob.last("183").body).toBe(answer.sdp);
    prack(received, { body: sdp("bob") });
    void call.answer();
    lab.pass();
    expect(bob.last("200 INVITE").body).toBe("");
    acknowledge();
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });

  it("answers an offer in the PRACK in its 200", async () => {
    const received = await receiveScripted(supported);
    const { call, lab, bob } = received;
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    lab.pass();
    prack(received, { body: sdp("bob", 40_002) });
    expect(bob.last("200 PRACK").body).toContain("m=audio 40000");
    expect(call.remoteDescription).toBe(sdp("bob", 40_002));
  });

  it("never refuses such an offer: it answers it by nothing", async () => {
    const received = await receiveScripted(supported);
    const { call, lab, bob } = received;
    call.progress({ statusCode: 183, reliable: true, sdp: answer.sdp });
    lab.pass();
    prack(received, { body: sdp("bob").replace("0 8", "18") });
    expect(bob.last("200 PRACK").body).toContain("m=audio 0 RTP/AVP 18");
  });
});
