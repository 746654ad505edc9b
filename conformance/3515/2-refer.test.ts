import type { WireMessage } from "@siplet/testkit";
import type { IncomingRefer, ReferReport } from "@siplet/core";
import { describe, expect, it } from "vitest";
import {
  AgentLab,
  callScripted,
  onRequest,
  receiveScripted,
  sdp,
  type LabAgent,
  type ReceivedCall,
} from "../agent-lab.js";

const answer = { sdp: sdp("alice") };

async function called(): Promise<ReceivedCall> {
  const received = await receiveScripted();
  void received.call.answer(answer);
  received.lab.pass();
  received.acknowledge();
  onRequest(received.bob, (request) => request.reply(200));
  return received;
}

const state = (notify: WireMessage): string =>
  `${notify.header("Event")} ${notify.header("Subscription-State")} ${notify.body.trim()}`;

describe("RFC 3515 §2.4 a user agent is referred; checklist 62", () => {
  it("takes the order by 202, tells at once that it tries, and the end", async () => {
    const { call, bob, lab, send } = await called();
    const refers: IncomingRefer[] = [];
    const reports: (ReferReport | undefined)[] = [];
    call.on("refer", (refer) => {
      refers.push(refer);
      reports.push(refer.accept());
    });
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    expect([bob.last("202 REFER").contactUri, String(refers[0]?.order.target)]).toEqual([
      "sip:alice@192.0.2.1:5060",
      "sip:carol@c.example",
    ]);
    reports[0]?.(180);
    reports[0]?.(486, "Busy");
    lab.pass();
    expect(bob.messages("NOTIFY").map(state)).toEqual([
      "refer active;expires=180 SIP/2.0 100 Trying",
      "refer active;expires=180 SIP/2.0 180 Ringing",
      "refer terminated;reason=noresource SIP/2.0 486 Busy",
    ]);
    const notify = bob.last("NOTIFY");
    expect([notify.header("Content-Type"), notify.contactUri, notify.body.endsWith("\r\n")]).toEqual([
      "message/sipfrag;version=2.0",
      "sip:alice@192.0.2.1:5060",
      true,
    ]);
  });

  it("names the second and later by their numbers", async () => {
    const { call, bob, lab, send } = await called();
    call.on("refer", (refer) => refer.accept());
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    const { sequenceNumber } = send({ method: "REFER", headers: { "Refer-To": "<sip:dave@d.example>" } });
    lab.pass();
    expect(bob.messages("NOTIFY").map((notify) => notify.header("Event"))).toEqual([
      "refer",
      `refer;id=${sequenceNumber}`,
    ]);
  });

  it("declines where nobody decides, and where the program does", async () => {
    const { call, bob, send } = await called();
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    expect(bob.messages("603 REFER")).toHaveLength(1);
    call.on("refer", (refer) => refer.reject(403));
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    expect([bob.messages("403 REFER").length, bob.messages("NOTIFY").length]).toEqual([1, 0]);
  });

  it.each([
    ["no Refer-To", {}],
    ["two of them", { "Refer-To": ["<sip:a@a>", "<sip:b@b>"] }],
  ])("refuses a REFER with %s: 400", async (_what, headers) => {
    const { bob, send } = await called();
    send({ method: "REFER", headers });
    expect(bob.messages("400 REFER")).toHaveLength(1);
  });

  it.each([
    [{ "Refer-Sub": "false", Supported: "norefersub" }, "202 REFER", 1],
    [{ "Refer-Sub": "true" }, "202 REFER", 1],
  ])("makes a subscription or none by Refer-Sub: %j (RFC 4488)", async (headers, _summary, _count) => {
    const { call, bob, lab, send } = await called();
    call.on("refer", (refer) => refer.accept());
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>", ...headers } });
    lab.pass();
    const wantsNone = headers["Refer-Sub"] === "false";
    expect(bob.messages(wantsNone ? "200 REFER" : "202 REFER")).toHaveLength(1);
    expect(bob.last(({ method, status }) => method === "REFER" && status > 0).header("Refer-Sub")).toBe(
      wantsNone ? "false" : undefined,
    );
    expect(bob.messages("NOTIFY")).toHaveLength(wantsNone ? 0 : 1);
  });

  it("lets its subscription be refreshed, and ended", async () => {
    const { call, bob, lab, send } = await called();
    call.on("refer", (refer) => refer.accept(60));
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    lab.pass(50_000);
    send({ method: "SUBSCRIBE", headers: { Event: "refer", Expires: "60" } });
    lab.pass(50_000);
    send({ method: "SUBSCRIBE", headers: { Event: "refer", Expires: "0" } });
    lab.pass();
    expect(bob.messages("200 SUBSCRIBE")).toHaveLength(2);
    expect(bob.messages("NOTIFY").map((notify) => notify.header("Subscription-State"))).toEqual([
      "active;expires=60",
      "active;expires=60",
      "terminated;reason=timeout",
    ]);
    send({ method: "SUBSCRIBE", headers: { Event: "refer", Expires: "60" } });
    expect(bob.messages("481 SUBSCRIBE")).toHaveLength(1);
  });

  it("goes on reporting when the call has ended (RFC 5057 §4)", async () => {
    const { call, bob, lab, send } = await called();
    const reports: (ReferReport | undefined)[] = [];
    call.on("refer", (refer) => reports.push(refer.accept()));
    send({ method: "REFER", headers: { "Refer-To": "<sip:carol@c.example>" } });
    send({ method: "BYE" });
    reports[0]?.(200);
    lab.pass();
    expect(bob.messages("NOTIFY").map((notify) => notify.header("Subscription-State"))).toEqual([
      "active;expires=180",
      "terminated;reason=noresource",
    ]);
    send({ method: "INFO" });
    expect(bob.messages("481 INFO")).toHaveLength(1);
  });

  it("does what it is told: calls, with the header fields of the Refer-To and the Referred-By", async () => {
    const { alice, call, bob, lab, send } = await called();
    const carol = lab.scripted("carol");
    call.on("refer", (refer) => alice.ua.follow(refer, { sdp: sdp("alice") }));
    const referredBy = '<sip:bob@b.example>;cid="x@y"';
    const headers = { "Refer-To": `<${carol.uri}?Subject=hi%20there>`, "Referred-By": referredBy };
    send({ method: "REFER", headers });
    const invite = carol.last("INVITE");
    expect([invite.requestUri, invite.header("Subject"), invite.header("Referred-By")]).toEqual([
      carol.uri,
      "hi there",
      referredBy,
    ]);
    carol.received.at(-1)?.reply(180);
    carol.received.at(-1)?.reply(200, { body: sdp("carol") });
    lab.pass();
    expect(bob.messages("NOTIFY").map(({ body }) => body.trim())).toEqual([
      "SIP/2.0 100 Trying",
      "SIP/2.0 180 Ringing",
      "SIP/2.0 200 OK",
    ]);
  });

  it("reports that it failed", async () => {
    const { alice, call, bob, lab, send } = await called();
    call.on("refer", (refer) => alice.ua.follow(refer, { sdp: sdp("alice") }));
    send({ method: "REFER", headers: { "Refer-To": "<sip:nobody@192.0.2.250>" } });
    lab.pass(40_000);
    expect(bob.last("NOTIFY").body).toContain("SIP/2.0 408");
  });

  it("takes a REFER outside all dialogs: it makes a dialog for its reports", async () => {
    const lab = new AgentLab();
    const alice = await lab.agent("alice");
    const bob = lab.scripted("bob", alice);
    bob.answer("NOTIFY", 200);
    const reports: (ReferReport | undefined)[] = [];
    alice.ua.on("refer", (refer) => reports.push(refer.accept()));
    bob.sendRequest({ method: "REFER", uri: alice.uri, headers: { "Refer-To": "<sip:carol@c.example>" } });
    lab.pass();
    const accepted = bob.last("202 REFER");
    expect([accepted.toTag === undefined, accepted.contactUri, bob.last("NOTIFY").fromTag]).toEqual([
      false,
      "sip:alice@192.0.2.1:5060",
      accepted.toTag,
    ]);
    reports[0]?.(200);
    lab.pass();
    expect(bob.last("NOTIFY").header("Subscription-State")).toBe("terminated;reason=noresource");
  });
});

describe("RFC 3515 §2.4 a user agent refers", () => {
  it("hears how the request fares, also before the 2xx", async () => {
    const { call, bob, lab, send } = await called();
    const told: number[] = [];
    onRequest(bob, (request) => void (request.message.method !== "REFER" && request.reply(200)));
    const refer = call.refer("<sip:carol@c.example>");
    refer.on("progress", ({ statusCode }) => told.push(statusCode));
    lab.pass();
    const request = bob.last("REFER");
    expect([request.header("Refer-To"), request.header("Referred-By"), request.contactUri]).toEqual([
      "<sip:carol@c.example>",
      expect.stringContaining("sip:"),
      "sip:alice@192.0.2.1:5060",
    ]);
    const notify = (body: string, status: string): void =>
      void send({
        method: "NOTIFY",
        headers: { Event: "refer", "Subscription-State": status },
        body,
        contentType: "message/sipfrag;version=2.0",
      });
    notify("SIP/2.0 100 Trying\r\n", "active;expires=60");
    bob.received.findLast(({ message }) => message.method === "REFER")?.reply(202);
    lab.pass();
    notify("SIP/2.0 200 OK\r\n", "terminated;reason=noresource");
    expect([told, bob.messages("200 NOTIFY").length]).toEqual([[100, 200], 2]);
    await expect(refer.accepted).resolves.toMatchObject({ statusCode: 202 });
    await expect(refer.finished).resolves.toMatchObject({ statusCode: 200 });
  });

  it("hears nothing where it asked for nothing", async () => {
    const { call, bob, lab, send } = await called();
    onRequest(bob, (request) => request.reply(200, { headers: { "Refer-Sub": "false" } }));
    const refer = call.refer("<sip:carol@c.example>", { subscribe: false });
    lab.pass();
    expect([
      bob.last("REFER").header("Refer-Sub"),
      bob.last("REFER").values("Supported").includes("norefersub"),
    ]).toEqual(["false", true]);
    await expect(refer.finished).resolves.toBeUndefined();
    send({ method: "NOTIFY", headers: { Event: "refer", "Subscription-State": "active" } });
    expect(bob.messages("481 NOTIFY")).toHaveLength(1);
  });

  it("is told when the order is refused, or never reported on", async () => {
    const { call, bob, lab } = await called();
    onRequest(bob, (request) => request.reply(603));
    const refused = call.refer("<sip:carol@c.example>");
    lab.pass();
    await expect(refused.accepted).rejects.toMatchObject({ code: "ua.rejected", statusCode: 603 });
    onRequest(bob, (request) => request.reply(202));
    const silent = call.refer("<sip:carol@c.example>");
    lab.pass(32_000);
    await expect(silent.finished).resolves.toBeUndefined();
  });

  it("tells several by their numbers", async () => {
    const { call, bob, lab, send } = await called();
    onRequest(bob, (request) => request.reply(202));
    const [one, other] = [call.refer("<sip:c@c.example>"), call.refer("<sip:d@d.example>")];
    const told: string[] = [];
    one.on("progress", ({ statusCode }) => told.push(`one ${statusCode}`));
    other.on("progress", ({ statusCode }) => told.push(`other ${statusCode}`));
    lab.pass();
    const [first, second] = bob.messages("REFER").map(({ sequenceNumber }) => sequenceNumber);
    const notify = (event: string, status: number): void =>
      void send({
        method: "NOTIFY",
        headers: { Event: event, "Subscription-State": "active;expires=60" },
        body: `SIP/2.0 ${status} X\r\n`,
        contentType: "message/sipfrag",
      });
    notify("refer", 100);
    notify(`refer;id=${second}`, 180);
    notify(`refer;id=${first}`, 183);
    expect(told).toEqual(["one 100", "other 180", "one 183"]);
  });
});

describe("transfers", () => {
  async function three(): Promise<readonly [AgentLab, LabAgent, LabAgent, LabAgent]> {
    const lab = new AgentLab({ conditions: { delay: 5 } });
    const [alice, bob, carol] = [await lab.agent("alice"), await lab.agent("bob"), await lab.agent("carol")];
    for (const each of [bob, carol]) {
      each.ua.on("call", (call) => {
        call.on("refer", (refer) => each.ua.follow(refer, { sdp: sdp("bob") }));
        void call.answer({ sdp: sdp(each === bob ? "bob" : "carol") });
      });
    }
    return [lab, alice, bob, carol];
  }

  it("blind: the peer calls the target, our call ends", async () => {
    const [lab, alice, bob, carol] = await three();
    const call = alice.ua.invite(bob.uri, answer);
    await lab.settle(100);
    const done = call.transfer(carol.uri);
    await lab.settle(1000);
    await expect(done).resolves.toBeUndefined();
    expect([alice, bob, carol].map(({ ua }) => ua.calls.size)).toEqual([0, 1, 1]);
  });

  it("attended: the peer takes our place in the other call (flow 29.7)", async () => {
    const [lab, alice, bob, carol] = await three();
    const first = alice.ua.invite(bob.uri, answer);
    const second = alice.ua.invite(carol.uri, answer);
    await lab.settle(100);
    const done = first.transfer(second);
    await lab.settle(1000);
    await expect(done).resolves.toBeUndefined();
    expect([alice, bob, carol].map(({ ua }) => ua.calls.size)).toEqual([0, 1, 1]);
    const trace = lab.network.trace.toString();
    expect(trace.match(/[^0] BYE|-BYE/g)).toHaveLength(2);
    expect(second.end?.by).toBe("remote");
  });

  it("that fails leaves our call", async () => {
    const [lab, alice, bob] = await three();
    const call = alice.ua.invite(bob.uri, answer);
    await lab.settle(100);
    const done = call.transfer("sip:nobody@192.0.2.250");
    await lab.settle(60_000);
    await expect(done).rejects.toMatchObject({ code: "ua.rejected", statusCode: 408 });
    expect(call.state).toBe("confirmed");
  });

  it("cannot be made of a call that does not stand", async () => {
    const { call } = await callScripted();
    await expect(call.transfer("sip:x@y.example")).rejects.toMatchObject({ code: "ua.state" });
  });
});
