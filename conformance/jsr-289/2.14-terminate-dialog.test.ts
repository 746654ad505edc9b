import type { SipServletRequest, SipServletResponse } from "@siplet/framework";
import { AutomaticProcessingListener } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** Writes down what the container does, and adds a header to what it sends. */
class Recorder extends AutomaticProcessingListener {
  readonly lines: string[] = [];

  override outgoingRequest(request: SipServletRequest): void {
    this.lines.push(`> ${request.method}`);
    if (request.method === "BYE") request.setHeader("Reason", 'SIP;cause=480;text="Over"');
  }
  override outgoingResponse(response: SipServletResponse): void {
    this.lines.push(`> ${response.status} ${response.method}`);
  }
  override incomingRequest(request: SipServletRequest): void {
    this.lines.push(`< ${request.method}`);
  }
  override incomingResponse(response: SipServletResponse): void {
    this.lines.push(`< ${response.status} ${response.method}`);
  }
}

async function establish() {
  bench.peer.answer("INVITE", 200);
  bench.script.onResponse = (response) => (response.method === "INVITE" ? response.createAck().send() : undefined);
  return bench.send("INVITE");
}

describe("JSR 359 terminateDialog as UAC", () => {
  it("sends BYE in a confirmed dialog, and the session goes", async () => {
    bench.peer.answer("BYE", 200);
    const { session } = await establish();
    const recorder = new Recorder();
    await session.terminateDialog(recorder);
    await bench.settle();
    expect(recorder.lines).toEqual(["> BYE", "< 200 BYE"]);
    expect(bench.peer.last("BYE").header("Reason")).toContain("cause=480");
    expect(bench.script.events).toEqual(["created", "ready", "destroyed"]);
    expect(bench.script.responses.map(({ method }) => method)).toEqual(["INVITE"]);
  });

  it("acknowledges a 2xx before the BYE [K]", async () => {
    bench.peer.answer("INVITE", 200).answer("BYE", 200);
    const { session } = await bench.send("INVITE");
    await session.terminateDialog();
    await bench.settle();
    expect(bench.peer.messages().map(({ method }) => method)).toEqual(["INVITE", "ACK", "BYE"]);
  });

  it("cancels an INVITE that is open, once a provisional has come [K]", async () => {
    const { session } = await bench.send("INVITE");
    keep(session);
    const recorder = new Recorder();
    await session.terminateDialog(recorder);
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(0);
    bench.peer.received[0]?.reply(180);
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
    bench.peer.received[0]?.reply(487);
    await bench.settle();
    expect(recorder.lines).toEqual(["> CANCEL", "< 180 INVITE", "< 487 INVITE"]);
    expect(bench.script.responses).toEqual([]);
    expect(session.state).toBe("TERMINATED");
  });

  it("acknowledges and ends by BYE a 2xx that wins over the CANCEL [K]", async () => {
    bench.peer.answer("INVITE", 180).answer("BYE", 200);
    const { session } = await bench.send("INVITE");
    await session.terminateDialog();
    await bench.settle();
    bench.peer.received[0]?.reply(200);
    await bench.settle();
    expect(bench.peer.messages().map(({ method }) => method)).toEqual(["INVITE", "CANCEL", "ACK", "BYE"]);
    expect(session.isValid).toBe(false);
  });

  it("unsubscribes, and answers the last NOTIFY [K]", async () => {
    bench.peer.answer("SUBSCRIBE", 200);
    const request = bench.create("SUBSCRIBE");
    request.setHeader("Event", "presence");
    await request.send();
    await bench.settle();
    await request.session.terminateDialog();
    await bench.settle();
    expect(bench.peer.last("SUBSCRIBE").header("Expires")).toBe("0");
    const { fromTag = "", callId, contactUri = "" } = bench.peer.last("SUBSCRIBE");
    const headers = { Event: "presence", "Subscription-State": "terminated;reason=timeout" };
    bench.peer.sendRequest({ method: "NOTIFY", uri: contactUri, callId, fromTag: "bob-tag", toTag: fromTag, headers });
    await bench.settle();
    expect(bench.peer.messages("200 NOTIFY")).toHaveLength(1);
    expect(request.session.isValid).toBe(false);
  });
});

describe("JSR 359 terminateDialog as UAS", () => {
  it("refuses an INVITE that is open [K]", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.script.request("INVITE").session.terminateDialog();
    await bench.settle();
    expect(bench.peer.messages("487 INVITE")).toHaveLength(1);
    expect(bench.script.created[0]?.isValid).toBe(false);
  });

  it("waits for the ACK before the BYE [K]", async () => {
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const { session } = bench.script.request("INVITE");
    bench.peer.answer("BYE", 200);
    await session.terminateDialog();
    await bench.settle();
    expect(bench.peer.messages("BYE")).toHaveLength(0);
    const { toTag, fromTag, callId, contactUri = "" } = bench.peer.last("200 INVITE");
    bench.peer.sendRequest({ method: "ACK", uri: contactUri, callId, fromTag, toTag });
    await bench.settle();
    expect(bench.peer.messages("BYE")).toHaveLength(1);
    expect(session.isValid).toBe(false);
  });

  it("sends the BYE after 64·T1 when no ACK comes [K]", async () => {
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.script.request("INVITE").session.terminateDialog();
    await bench.settle(32_000);
    expect(bench.peer.messages("BYE").length).toBeGreaterThan(0);
  });

  it("sends the last NOTIFY of a notifier [K]", async () => {
    bench.peer.answer("NOTIFY", 200);
    await bench.lab.send(bench.peer, { method: "SUBSCRIBE", headers: { Event: "presence", Expires: "60" } });
    const { session } = bench.script.request("SUBSCRIBE");
    await session.terminateDialog();
    await bench.settle();
    expect(bench.peer.last("NOTIFY").header("Subscription-State")).toMatch(/^terminated/);
    expect(bench.peer.last("NOTIFY").header("Event")).toBe("presence");
    expect(session.isValid).toBe(false);
  });
});

describe("JSR 359 a dialog that the container ends", () => {
  it("answers by itself what comes: BYE 200, others 481 [K]", async () => {
    const { session } = await establish();
    keep(session);
    await session.terminateDialog();
    await bench.settle();
    const { fromTag = "", callId, contactUri = "" } = bench.peer.messages("INVITE")[0] ?? {};
    const common = { uri: contactUri, callId, fromTag: "bob-tag", toTag: fromTag };
    bench.peer.sendRequest({ method: "INFO", sequenceNumber: 1, ...common });
    bench.peer.sendRequest({ method: "BYE", sequenceNumber: 2, ...common });
    await bench.settle();
    expect(bench.peer.messages("481 INFO")).toHaveLength(1);
    expect(bench.peer.messages("200 BYE")).toHaveLength(1);
    expect(bench.script.requests).toEqual([]);
  });

  it("takes nothing more from the application", async () => {
    const { session } = await establish();
    const info = session.createRequest("INFO");
    await session.terminateDialog();
    expect(() => info.send()).toThrow(expect.objectContaining({ code: "state.dialog" }));
  });

  it("has nothing to do where nothing is to be ended, and ends once", async () => {
    const { session } = bench.create("INVITE");
    await session.terminateDialog();
    expect(bench.peer.received).toEqual([]);
    const { session: call } = await establish();
    await call.terminateDialog();
    await call.terminateDialog();
    await bench.settle();
    expect(bench.peer.messages("BYE")).toHaveLength(1);
  });

  it("is refused where another method than INVITE, SUBSCRIBE or REFER is under way", async () => {
    const { session } = await bench.send("MESSAGE");
    expect(() => session.terminateDialog()).toThrow(expect.objectContaining({ code: "state.dialog" }));
  });

  it("goes on when the listener throws", async () => {
    const { session } = await establish();
    await session.terminateDialog({
      outgoingRequest: () => {
        throw new TypeError("a bug");
      },
    });
    await bench.settle();
    expect(bench.peer.messages("BYE")).toHaveLength(1);
    expect(bench.lab.log.some(({ text }) => text === "a listener threw")).toBe(true);
  });
});
