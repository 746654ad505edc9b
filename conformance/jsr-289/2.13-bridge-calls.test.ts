import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeLab, calleeUri, describeSession } from "./bridge-lab.js";

let bench: BridgeLab;

beforeEach(async () => {
  bench = await BridgeLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const empty = { applicationSessions: 0, dialogs: 0 };

describe("a bridge", () => {
  it("calls the target with what the caller said, under names of its own", async () => {
    const invite = await bench.invite({ headers: { Subject: "hello", "X-Own": "1", "User-Agent": "phone" } });
    const copy = bench.callee.last("INVITE");
    expect(copy.requestUri).toBe(calleeUri);
    expect(copy.header("Subject")).toBe("hello");
    expect(copy.header("X-Own")).toBe("1");
    expect(copy.body).toBe(describeSession("alice"));
    expect(copy.callId).not.toBe(invite.callId);
    expect(copy.headers("Via")).toHaveLength(1);
    expect(copy.contactUri).toContain("192.0.2.10");
    expect(copy.header("User-Agent")).toBeUndefined();
    expect(copy.header("Max-Forwards")).toBe("69");
  });

  it("hands on provisionals, the answer and the ACK, and shows the servlet nothing of it", async () => {
    await bench.invite();
    await bench.answer(180);
    expect(bench.caller.messages("180 INVITE")).toHaveLength(1);
    await bench.answer(183);
    expect(bench.caller.last("183 INVITE").body).toBe(describeSession("bob"));
    expect(bench.caller.last("183 INVITE").toTag).toBe(bench.caller.last("180 INVITE").toTag);
    await bench.answer(200);
    expect(bench.caller.last("200 INVITE").body).toBe(describeSession("bob"));
    expect(bench.callee.messages("ACK")).toEqual([]);
    await bench.ack();
    expect(bench.callee.messages("ACK")).toHaveLength(1);
    expect(bench.bridge.state).toBe("established");
    expect(bench.script.seen).toEqual(["INVITE"]);
  });

  it.each(["callerEnd", "calleeEnd"] as const)("ends both legs by the BYE of either: %s", async (end) => {
    await bench.establish();
    const other = end === "callerEnd" ? bench.callee : bench.caller;
    other.answer("BYE", 200);
    await bench.request(bench[end], "BYE", { headers: { Reason: 'Q.850;cause=16;text="bye"' } });
    expect(bench[end].agent.messages("200 BYE")).toHaveLength(1);
    expect(other.last("BYE").header("Reason")).toBe('Q.850;cause=16;text="bye"');
    expect(bench.bridge.state).toBe("ended");
    expect(bench.counts).toMatchObject(empty);
  });

  it("carries a delayed offer in the 200 and its answer in the ACK", async () => {
    await bench.invite({ body: "", contentType: undefined });
    expect(bench.callee.last("INVITE").body).toBe("");
    await bench.answer(200);
    await bench.ack({ body: describeSession("alice"), contentType: "application/sdp" });
    expect(bench.callee.last("ACK").body).toBe(describeSession("alice"));
    expect(bench.callee.last("ACK").header("Content-Type")).toBe("application/sdp");
  });

  it("cancels the other leg with the reason given", async () => {
    const { callId, branch, fromTag } = await bench.invite();
    await bench.answer(180);
    const via = `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`;
    const headers = { Reason: 'SIP;cause=200;text="Call completed elsewhere"' };
    await bench.lab.send(bench.caller, { method: "CANCEL", callId, via, fromTag, headers });
    expect(bench.caller.messages("487 INVITE")).toHaveLength(1);
    expect(bench.callee.last("CANCEL").header("Reason")).toContain("completed elsewhere");
    await bench.answer(487);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("ends a 200 that won over the CANCEL by ACK and BYE", async () => {
    const { callId, branch, fromTag } = await bench.invite();
    await bench.answer(180);
    const via = `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`;
    await bench.lab.send(bench.caller, { method: "CANCEL", callId, via, fromTag });
    bench.callee.answer("BYE", 200);
    await bench.answer(200);
    expect(bench.callee.messages().map(({ method }) => method)).toEqual(["INVITE", "CANCEL", "ACK", "BYE"]);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it.each([
    [486, 486],
    [404, 404],
    [600, 600],
    [302, 302],
    [401, 403],
    [407, 403],
    [503, 500],
  ])("hands on a %i as %i", async (status, expected) => {
    await bench.invite();
    await bench.answer(status, { headers: { "WWW-Authenticate": 'Digest realm="far", nonce="1"', Server: "far" } });
    const failure = bench.caller.last(`${expected} INVITE`);
    expect(failure.header("WWW-Authenticate")).toBeUndefined();
    expect(failure.header("Server")).toBeUndefined();
    expect(bench.counts).toMatchObject(empty);
    expect(bench.bridge.state).toBe("ended");
  });

  it("gives each dialog of a fork a dialog of its own for the caller", async () => {
    await bench.invite();
    await bench.answer(180, { toTag: "one" });
    await bench.answer(183, { toTag: "two" });
    await bench.answer(183, { toTag: "one" });
    const tags = bench.caller.received
      .filter(({ message }) => message.status > 100)
      .map(({ message }) => message.toTag);
    expect(tags[0]).toBe(tags[2]);
    expect(tags[0]).not.toBe(tags[1]);
    await bench.answer(200, { toTag: "two" });
    expect(bench.caller.last("200 INVITE").toTag).toBe(tags[1]);
    await bench.ack();
    expect(bench.callee.last("ACK").toTag).toBe("two");
    bench.callee.answer("BYE", 200);
    await bench.request(bench.callerEnd, "BYE");
    expect(bench.callee.last("BYE").toTag).toBe("two");
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("ends the 2xx of a further fork by itself", async () => {
    await bench.invite();
    await bench.answer(200, { toTag: "one" });
    await bench.ack();
    bench.callee.answer("BYE", 200);
    await bench.answer(200, { toTag: "two" });
    expect(bench.caller.messages("200 INVITE")).toHaveLength(1);
    expect(bench.callee.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one", "two"]);
    expect(bench.callee.messages("BYE").map(({ toTag }) => toTag)).toEqual(["two"]);
    expect(bench.bridge.state).toBe("established");
  });

  it("answers 408 and cancels when nobody answers in time", async () => {
    bench.script.options = { to: calleeUri, ringingTimeout: 20 };
    await bench.invite();
    await bench.answer(180);
    await bench.settle(20_000);
    expect(bench.caller.messages("408 INVITE")).toHaveLength(1);
    expect(bench.callee.messages("CANCEL")).toHaveLength(1);
    await bench.answer(487);
    expect(bench.counts).toMatchObject(empty);
  });

  it("ends a call that reached its longest duration", async () => {
    bench.script.options = { to: calleeUri, maxDuration: 60 };
    await bench.establish();
    bench.caller.answer("BYE", 200);
    bench.callee.answer("BYE", 200);
    await bench.settle(60_000);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    expect(bench.counts).toMatchObject(empty);
  });

  it("keeps an established call for longer than application sessions live", async () => {
    await bench.establish();
    await bench.settle(3_600_000);
    expect(bench.bridge.state).toBe("established");
    bench.callee.answer("BYE", 200);
    await bench.request(bench.callerEnd, "BYE");
    expect(bench.counts).toMatchObject(empty);
  });

  it("ends both legs when the caller never acknowledges", async () => {
    await bench.invite();
    await bench.answer(200);
    bench.caller.answer("BYE", 200);
    bench.callee.answer("BYE", 200);
    await bench.settle(33_000);
    expect(bench.callee.messages("ACK")).toHaveLength(1);
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("answers 483 when no hop is left, and leaves nothing behind", async () => {
    await bench.invite({ headers: { "Max-Forwards": "0" } });
    expect(bench.caller.messages("483 INVITE")).toHaveLength(1);
    expect(bench.script.errors).toEqual([expect.objectContaining({ code: "proxy.too-many-hops" })]);
    await bench.settle(200_000);
    expect(bench.counts).toMatchObject(empty);
  });
});

describe("a bridge for other requests", () => {
  it.each(["MESSAGE", "OPTIONS"])("relays a %s outside a dialog", async (method) => {
    bench.callee.on(method, (incoming) => void incoming.reply(200, { headers: { "X-Far": "1" } }));
    await bench.lab.send(bench.caller, { method, body: "hi", contentType: "text/plain" });
    expect(bench.callee.last(method).body).toBe("hi");
    expect(bench.caller.last(`200 ${method}`).header("X-Far")).toBe("1");
    expect(bench.counts).toMatchObject(empty);
  });

  it("relays a subscription and its NOTIFYs", async () => {
    bench.callee.on("SUBSCRIBE", (incoming) => void incoming.reply(200, { headers: { Expires: "60" } }));
    bench.caller.answer("NOTIFY", 200);
    const headers = { Event: "presence", Expires: "60" };
    await bench.lab.send(bench.caller, { method: "SUBSCRIBE", headers });
    expect(bench.caller.last("200 SUBSCRIBE").header("Expires")).toBe("60");
    const { callId, fromTag: toTag, contactUri: uri } = bench.callee.last("SUBSCRIBE");
    const notify = { Event: "presence", "Subscription-State": "terminated;reason=timeout" };
    const { toTag: fromTag } = bench.callee.sent[0] ?? {};
    await bench.lab.send(bench.callee, { method: "NOTIFY", uri, callId, toTag, fromTag, headers: notify, body: "x" });
    expect(bench.caller.last("NOTIFY").header("Event")).toBe("presence");
    expect(bench.callee.messages("200 NOTIFY")).toHaveLength(1);
    expect(bench.counts).toMatchObject(empty);
  });
});
