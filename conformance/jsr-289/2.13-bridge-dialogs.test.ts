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
const offer = (owner: string, version: number) => ({
  body: describeSession(owner, version),
  contentType: "application/sdp",
});

describe("a bridge inside a call", () => {
  it.each(["INFO", "MESSAGE", "OPTIONS", "NOTIFY", "UPDATE", "REFER", "SUBSCRIBE", "PUBLISH", "HELLO"])(
    "relays a %s both ways, with its answer",
    async (method) => {
      await bench.establish();
      for (const end of ["callerEnd", "calleeEnd"] as const) {
        const other = end === "callerEnd" ? bench.callee : bench.caller;
        other.on(method, (incoming) => void incoming.reply(202, { headers: { "X-Answer": end }, body: "well" }));
        const headers = {
          "X-Own": end,
          Event: "refer",
          "Subscription-State": "active",
          "Refer-To": "<sip:x@y.example>",
        };
        await bench.request(bench[end], method, { headers, body: "hello", contentType: "text/plain" });
        expect(other.last(method).header("X-Own")).toBe(end);
        expect(other.last(method).body).toBe("hello");
        const answer = bench[end].agent.last(`202 ${method}`);
        expect(answer.header("X-Answer")).toBe(end);
      }
    },
  );

  it.each(["callerEnd", "calleeEnd"] as const)(
    "relays a re-INVITE, its answer and its ACK from the %s",
    async (end) => {
      await bench.establish();
      const other = end === "callerEnd" ? bench.callee : bench.caller;
      other.on("INVITE", (incoming) => void incoming.reply(200, offer("other", 2)));
      const { sequenceNumber } = await bench.request(bench[end], "INVITE", offer("one", 2));
      expect(other.last("INVITE").body).toBe(describeSession("one", 2));
      expect(bench[end].agent.last("200 INVITE").body).toBe(describeSession("other", 2));
      const before = other.messages("ACK").length;
      await bench.request(bench[end], "ACK", { sequenceNumber });
      expect(other.messages("ACK")).toHaveLength(before + 1);
    },
  );

  it("hands a refused re-INVITE back; the call stands", async () => {
    await bench.establish();
    bench.callee.answer("INVITE", 488);
    await bench.request(bench.callerEnd, "INVITE", offer("alice", 2));
    expect(bench.caller.messages("488 INVITE")).toHaveLength(1);
    expect(bench.bridge.state).toBe("established");
  });

  it("refuses both of two re-INVITEs that cross with 491", async () => {
    await bench.establish();
    await bench.request(bench.callerEnd, "INVITE", offer("alice", 2));
    await bench.request(bench.calleeEnd, "INVITE", offer("bob", 2));
    expect(bench.callee.messages("491 INVITE")).toHaveLength(1);
    await bench.answer(491);
    expect(bench.caller.messages("491 INVITE")).toHaveLength(1);
    expect(bench.bridge.state).toBe("established");
  });

  it("refuses a second re-INVITE of the same end with 500 while the first is open", async () => {
    await bench.establish();
    await bench.request(bench.callerEnd, "INVITE", offer("alice", 2));
    await bench.request(bench.callerEnd, "INVITE", offer("alice", 3));
    expect(bench.caller.messages("500 INVITE")).toHaveLength(1);
  });

  it("cancels a re-INVITE on the other leg; the call stands", async () => {
    await bench.establish();
    const { branch, callId, fromTag, toTag, sequenceNumber } = await bench.request(
      bench.callerEnd,
      "INVITE",
      offer("alice", 2),
    );
    await bench.answer(180);
    const via = `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`;
    const cancel = { method: "CANCEL", via, callId, fromTag, toTag, sequenceNumber };
    await bench.lab.send(bench.caller, cancel);
    expect(bench.callee.messages("CANCEL")).toHaveLength(1);
    await bench.answer(487);
    expect(bench.caller.messages("487 INVITE")).toHaveLength(1);
    expect(bench.bridge.state).toBe("established");
  });

  it("brings both ends to agree again when a 200 wins over the CANCEL of a re-INVITE", async () => {
    await bench.establish();
    const sent = await bench.request(bench.callerEnd, "INVITE", offer("alice", 2));
    const { branch, callId, fromTag, toTag, sequenceNumber } = sent;
    await bench.answer(180);
    const via = `SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`;
    await bench.lab.send(bench.caller, { method: "CANCEL", via, callId, fromTag, toTag, sequenceNumber });
    expect(bench.caller.messages("487 INVITE")).toHaveLength(1);
    bench.caller.on("INVITE", (incoming) => void incoming.reply(200, offer("alice", 1)));
    const acknowledged = bench.callee.messages("ACK").length;
    await bench.answer(200);
    expect(bench.callee.messages("ACK")).toHaveLength(acknowledged + 1);
    expect(bench.caller.last("INVITE").body).toBe("");
    expect(bench.callee.last("INVITE").body).toBe(describeSession("alice", 1));
    await bench.answer(200, offer("bob", 2));
    expect(bench.caller.last("ACK").body).toBe(describeSession("bob", 2));
    expect(bench.callee.messages("ACK")).toHaveLength(acknowledged + 2);
    expect(bench.bridge.state).toBe("established");
  });

  it.each([
    [481, 481],
    [408, 504],
  ])("ends both legs when one answers %i", async (status, expected) => {
    await bench.establish();
    bench.callee.answer("INFO", status);
    bench.caller.answer("BYE", 200);
    await bench.request(bench.callerEnd, "INFO");
    expect(bench.caller.messages(`${expected} INFO`)).toHaveLength(1);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    expect(bench.counts).toMatchObject(empty);
    expect(bench.bridge.state).toBe("ended");
  });

  it("ends both legs when one does not answer any more", async () => {
    await bench.establish();
    bench.caller.answer("BYE", 200);
    await bench.request(bench.callerEnd, "INFO");
    await bench.settle(33_000);
    expect(bench.caller.messages("500 INFO")).toHaveLength(1);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    expect(bench.counts).toMatchObject(empty);
  });

  it("answers what the other end left open when that hangs up", async () => {
    await bench.establish();
    bench.callee.answer("BYE", 200);
    bench.caller.answer("BYE", 200);
    await bench.request(bench.callerEnd, "INFO");
    await bench.request(bench.calleeEnd, "BYE");
    expect(bench.caller.messages("481 INFO")).toHaveLength(1);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("answers what an end has left open itself when it hangs up, and forgets the call", async () => {
    await bench.establish();
    bench.callee.answer("BYE", 200);
    bench.callee.on("NOTIFY", () => undefined);
    const headers = { Event: "refer", "Subscription-State": "terminated" };
    await bench.request(bench.callerEnd, "NOTIFY", { headers });
    await bench.request(bench.callerEnd, "BYE");
    expect(bench.caller.messages((message) => !message.isRequest).map(({ summary }) => summary)).toEqual(
      expect.arrayContaining(["481 NOTIFY", "200 BYE"]),
    );
    await bench.lab.settle(40_000);
    expect(bench.lab.container.counts).toMatchObject(empty);
  });

  it("hands UPDATEs on in an early dialog", async () => {
    await bench.invite();
    await bench.answer(183);
    bench.callee.on("UPDATE", (incoming) => void incoming.reply(200, offer("bob", 2)));
    await bench.request(bench.callerEnd, "UPDATE", offer("alice", 2));
    expect(bench.callee.last("UPDATE").body).toBe(describeSession("alice", 2));
    expect(bench.caller.last("200 UPDATE").body).toBe(describeSession("bob", 2));
  });
});

describe("a bridge and reliable provisionals", () => {
  const reliable = (number: number) => ({ headers: { Require: "100rel", RSeq: `${number}` } });

  it("offers the callee what the caller offers", async () => {
    await bench.invite({ headers: { Supported: "100rel, timer, replaces" } });
    expect(bench.callee.last("INVITE").header("Supported")).toBe("100rel, replaces");
  });

  it("hands PRACKs on with their bodies, and their answers back", async () => {
    await bench.invite({ headers: { Supported: "100rel" } });
    await bench.answer(183, { ...reliable(7), ...offer("bob", 1) });
    const provisional = bench.caller.last("183 INVITE");
    expect(provisional.header("Require")).toBe("100rel");
    expect(bench.callee.messages("PRACK")).toEqual([]);
    bench.callee.on("PRACK", (incoming) => void incoming.reply(200, offer("bob", 2)));
    const rack = `${provisional.header("RSeq")} ${provisional.header("CSeq")}`;
    await bench.request(bench.callerEnd, "PRACK", { headers: { RAck: rack }, ...offer("alice", 2) });
    const prack = bench.callee.last("PRACK");
    expect(prack.header("RAck")).toBe("7 1 INVITE");
    expect(prack.body).toBe(describeSession("alice", 2));
    expect(bench.caller.last("200 PRACK").body).toBe(describeSession("bob", 2));
    await bench.answer(200, { body: "", contentType: undefined });
    expect(bench.caller.messages("200 INVITE")).toHaveLength(1);
  });

  it("keeps apart the PRACKs of two forks", async () => {
    await bench.invite({ headers: { Supported: "100rel" } });
    bench.callee.answer("PRACK", 200);
    await bench.answer(183, { ...reliable(1), toTag: "one" });
    const [first] = bench.caller.messages("183 INVITE");
    await bench.answer(183, { ...reliable(2), toTag: "two" });
    const second = bench.caller.last("183 INVITE");
    const end = bench.callerEnd;
    for (const { toTag, ...message } of [second, first].map((each) => ({
      toTag: each?.toTag,
      rseq: each?.header("RSeq"),
    }))) {
      await bench.request({ ...end, toTag }, "PRACK", { headers: { RAck: `${message.rseq} 1 INVITE` } });
    }
    expect(bench.callee.messages("PRACK").map((each) => [each.toTag, each.header("RAck")])).toEqual([
      ["two", "2 1 INVITE"],
      ["one", "1 1 INVITE"],
    ]);
    expect(bench.caller.messages("200 PRACK")).toHaveLength(2);
  });

  it("answers the PRACK itself where only the caller requires reliability", async () => {
    await bench.invite({ headers: { Require: "100rel" } });
    await bench.answer(180);
    const provisional = bench.caller.last("180 INVITE");
    expect(provisional.header("RSeq")).toBeDefined();
    await bench.request(bench.callerEnd, "PRACK", { headers: { RAck: `${provisional.header("RSeq")} 1 INVITE` } });
    expect(bench.caller.messages("200 PRACK")).toHaveLength(1);
    expect(bench.callee.messages("PRACK")).toEqual([]);
  });

  it("sends the PRACK itself where only the callee is asked for reliability", async () => {
    bench.script.options = { to: calleeUri, reliability: "per-leg" };
    await bench.invite();
    expect(bench.callee.last("INVITE").header("Supported")).toBe("100rel");
    bench.callee.answer("PRACK", 200);
    await bench.answer(183, reliable(3));
    expect(bench.callee.last("PRACK").header("RAck")).toBe("3 1 INVITE");
    expect(bench.caller.last("183 INVITE").header("RSeq")).toBeUndefined();
    expect(bench.caller.last("183 INVITE").body).toBe(describeSession("bob"));
  });

  it("gives up with 504 when the PRACK of the caller never comes", async () => {
    await bench.invite({ headers: { Supported: "100rel" } });
    await bench.answer(183, reliable(1));
    await bench.settle(32_100);
    expect(bench.caller.messages("504 INVITE")).toHaveLength(1);
    expect(bench.callee.messages("CANCEL")).toHaveLength(1);
    await bench.answer(487);
    expect(bench.counts).toMatchObject(empty);
  });
});

describe("a bridge and session timers", () => {
  it("lets each leg agree on its own", async () => {
    await bench.invite({ headers: { Supported: "timer", "Session-Expires": "600;refresher=uac" } });
    expect(bench.callee.last("INVITE").header("Session-Expires")).toContain("600");
    const headers = { "Session-Expires": "300;refresher=uas", Require: "timer" };
    await bench.answer(200, { headers });
    expect(bench.caller.last("200 INVITE").header("Session-Expires")).toBe("600;refresher=uac");
    await bench.ack();
    bench.caller.answer("UPDATE", 200);
    await bench.request(bench.calleeEnd, "UPDATE", {
      headers: { Supported: "timer", "Session-Expires": "300;refresher=uac" },
    });
    expect(bench.callee.last("200 UPDATE").header("Session-Expires")).toContain("300");
    expect(bench.caller.messages("UPDATE")).toEqual([]);
  });

  it("asks for one where the options do, and ends both legs when it runs out", async () => {
    bench.script.options = { to: calleeUri, sessionTimer: { expiration: 120 } };
    await bench.invite();
    expect(bench.callee.last("INVITE").header("Session-Expires")).toContain("120");
    const headers = { "Session-Expires": "120;refresher=uas", Require: "timer" };
    await bench.answer(200, { headers });
    await bench.ack();
    bench.caller.answer("BYE", 200).answer("UPDATE", 200);
    bench.callee.answer("BYE", 200);
    await bench.settle(121_000);
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("asks again with the interval that the callee names by 422", async () => {
    await bench.invite({ headers: { Supported: "timer", "Session-Expires": "100" } });
    await bench.answer(422, { headers: { "Min-SE": "500" } });
    expect(bench.callee.messages("INVITE")).toHaveLength(2);
    const again = bench.callee.last("INVITE");
    expect([again.header("Session-Expires"), again.header("Min-SE")]).toEqual([expect.stringContaining("500"), "500"]);
    expect(again.body).toBe(describeSession("alice"));
    await bench.answer(200);
    expect(bench.caller.messages("200 INVITE")).toHaveLength(1);
  });

  it("refuses an interval below the smallest with 422", async () => {
    await bench.invite({ headers: { Supported: "timer", "Session-Expires": "30" } });
    expect(bench.caller.last("422 INVITE").header("Min-SE")).toBe("90");
    expect(bench.callee.received).toEqual([]);
    expect(bench.counts).toMatchObject(empty);
  });
});
