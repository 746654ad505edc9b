import "reflect-metadata";
import { AnyMethod, Invite, SipError, SipServlet, type SipServletRequest } from "@siplet/framework";
import { cancelText, ScriptedResolver } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContainerLab, createWorld } from "./container-lab.js";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const refusal = expect.objectContaining({ code: "state.transaction" }) as Error;
const nothing = (): void => {};

/** The statuses that the peer got, in order. */
const statuses = (): number[] => bench.peer.messages((message) => !message.isRequest).map(({ status }) => status);

/** A call that the peer made. */
async function callIn() {
  const call = await bench.lab.call(bench.peer);
  return { call, session: bench.script.request("INVITE").session };
}

describe("JSR 289 §11 what the container does for a UAS", () => {
  it("sends 100 when nothing was sent 200 ms after an INVITE", async () => {
    bench.script.on["INVITE"] = nothing;
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.settle(200);
    expect(statuses()).toEqual([100]);
  });

  it("absorbs retransmissions", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    const text = bench.peer.request({ method: "INVITE", uri: "sip:app@192.0.2.10" });
    for (let copy = 0; copy < 3; copy++) bench.peer.send(text);
    await bench.settle();
    expect(bench.script.requests).toHaveLength(1);
    expect(statuses()).toEqual([180, 180, 180]);
  });

  it("repeats a 2xx until the ACK", async () => {
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.settle(3500);
    expect(bench.peer.times("200 INVITE")).toEqual([0, 500, 1500, 3500]);
    const { toTag, callId, contactUri = "" } = bench.peer.last("200 INVITE");
    bench.peer.sendRequest({ method: "ACK", uri: contactUri, callId, toTag });
    await bench.settle(10_000);
    expect(bench.peer.messages("200 INVITE")).toHaveLength(4);
    expect(bench.script.requests.map(({ method }) => method)).toEqual(["INVITE", "ACK"]);
  });

  it("tells noAckReceived after 64·T1; the application ends the call", async () => {
    bench.script.onMissingAck = ({ request, response }) => {
      expect(response.status).toBe(200);
      return request.session.createRequest("BYE").send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.settle(32_000);
    expect(bench.peer.messages("BYE")).toHaveLength(1);
  });

  it("drops the ACK of a failure", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(486).send();
    const invite = await bench.lab.send(bench.peer, { method: "INVITE" });
    const { toTag } = bench.peer.last("486 INVITE");
    bench.peer.sendRequest({
      method: "ACK",
      via: invite.topVia,
      uri: "sip:app@192.0.2.10",
      callId: invite.callId,
      toTag,
    });
    await bench.settle();
    expect(bench.script.requests.map(({ method }) => method)).toEqual(["INVITE"]);
  });

  it("delivers one ACK for one 2xx", async () => {
    const { call } = await callIn();
    await call.request("ACK", 1);
    expect(bench.script.requests.filter(({ method }) => method === "ACK")).toHaveLength(1);
  });
});

describe("JSR 289 §11.2.3 CANCEL received", () => {
  it("is answered 200, the INVITE 487, then the application is told", async () => {
    const seen: string[] = [];
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    bench.script.on["CANCEL"] = (cancel) => {
      const invite = bench.script.request("INVITE");
      seen.push(`${invite.session.state} ${invite.finalResponse?.status}`);
      expect(cancel.session).toBe(invite.session);
      expect(() => cancel.createResponse(200)).toThrow(refusal);
      expect(() => invite.createResponse(200)).toThrow(refusal);
    };
    const invite = await bench.lab.send(bench.peer, { method: "INVITE" });
    bench.peer.send(cancelText(invite));
    await bench.settle();
    expect(bench.peer.messages((message) => !message.isRequest).map(({ summary }) => summary)).toEqual([
      "180 INVITE",
      "200 CANCEL",
      "487 INVITE",
    ]);
    expect(seen).toEqual(["TERMINATED 487"]);
    expect(bench.script.created[0]?.isValid).toBe(false);
  });

  it("makes an answer that comes too late fail", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    const invite = await bench.lab.send(bench.peer, { method: "INVITE" });
    keep(bench.script.request("INVITE").session);
    const late = bench.script.request("INVITE").createResponse(200);
    bench.peer.send(cancelText(invite));
    await bench.settle();
    expect(() => late.send()).toThrow(refusal);
  });

  it("has no effect after a final response, and is not delivered", async () => {
    const invite = await bench.lab.send(bench.peer, { method: "INVITE" });
    bench.peer.send(cancelText(invite));
    await bench.settle();
    expect(bench.peer.messages("200 CANCEL")).toHaveLength(1);
    expect(bench.peer.messages("487 INVITE")).toHaveLength(0);
    expect(bench.script.requests.map(({ method }) => method)).toEqual(["INVITE"]);
  });

  it("is answered 481 when it matches nothing", async () => {
    bench.peer.send(cancelText(bench.peer.request({ method: "INVITE", uri: "sip:app@192.0.2.10" })));
    await bench.settle();
    expect(statuses()).toEqual([481]);
  });
});

describe("JSR 289 §11 requests the application never sees", () => {
  it("answers 481 to a request of an unknown dialog, and drops such an ACK", async () => {
    await bench.lab.send(bench.peer, { method: "BYE", toTag: "nobody" });
    await bench.lab.send(bench.peer, { method: "ACK", toTag: "nobody" });
    expect(statuses()).toEqual([481]);
    expect(bench.script.requests).toEqual([]);
  });

  it("answers 500 to a CSeq that is not above the last", async () => {
    const { call } = await callIn();
    await call.request("INFO", 5);
    await call.request("INFO", 4);
    expect(statuses().slice(-2)).toEqual([200, 500]);
  });

  it("answers 500 with Retry-After to a second INVITE while the first is open (RFC 3261 §14.2)", async () => {
    const { call } = await callIn();
    bench.script.on["INVITE"] = nothing;
    await call.request("INVITE", 2);
    await call.request("INVITE", 3);
    expect(bench.peer.last("500 INVITE").header("Retry-After")).toMatch(/^\d+$/);
  });

  it("answers 491 to an INVITE while its own is open (RFC 3261 §14.2)", async () => {
    const { call, session } = await callIn();
    await session.createRequest("INVITE").send();
    await bench.settle();
    await call.request("INVITE", 2);
    expect(bench.peer.messages("491 INVITE")).toHaveLength(1);
  });

  it("answers 482 to a copy that came by another path (RFC 3261 §8.2.2.2)", async () => {
    bench.script.on["MESSAGE"] = nothing;
    const callId = "merged@lab";
    await bench.lab.send(bench.peer, { method: "MESSAGE", callId });
    await bench.lab.send(bench.peer, { method: "MESSAGE", callId });
    expect(statuses()).toEqual([482]);
    expect(bench.script.requests).toHaveLength(1);
  });

  it("takes a request that passed here before as a spiral", async () => {
    bench.script.on["MESSAGE"] = nothing;
    const callId = "spiral@lab";
    await bench.lab.send(bench.peer, { method: "MESSAGE", callId });
    const via = [
      "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-back",
      "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-out",
      "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-first",
    ];
    await bench.lab.send(bench.peer, { method: "MESSAGE", callId, via });
    expect(bench.script.requests).toHaveLength(2);
  });

  it("leaves an unknown Require to the application", async () => {
    bench.script.on["INVITE"] = (request) => {
      const response = request.createResponse(420);
      response.setHeader("Unsupported", request.getHeader("Require") ?? "");
      return response.send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { Require: "teleportation" } });
    expect(bench.peer.last("420 INVITE").header("Unsupported")).toBe("teleportation");
  });

  it("answers 400 to what cannot be understood", async () => {
    await bench.lab.send(bench.peer, { method: "MESSAGE", headers: { "Max-Forwards": undefined, CSeq: "x MESSAGE" } });
    await bench.lab.send(bench.peer, { method: "MESSAGE", headers: { To: "<sip:unclosed" } });
    expect(bench.script.requests).toEqual([]);
    expect(statuses().every((status) => status === 400)).toBe(true);
  });

  it("answers 487 to requests that are open when BYE comes (RFC 3261 §15.1.2)", async () => {
    const { call } = await callIn();
    bench.script.on["INVITE"] = nothing;
    await call.request("INVITE", 2);
    expect(await call.request("BYE", 3).then(() => bench.peer.messages("487 INVITE").length)).toBe(1);
    expect(bench.peer.messages("200 BYE")).toHaveLength(1);
  });

  it("answers 487 when the Expires of an INVITE has run out (RFC 3261 §13.3.1)", async () => {
    bench.script.on["INVITE"] = (request) => request.createResponse(180).send();
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { Expires: "10" } });
    await bench.settle(10_000);
    expect(bench.peer.messages("487 INVITE").length).toBeGreaterThan(0);
    expect(bench.script.created[0]?.isValid).toBe(false);
  });

  it("sends no second final response", async () => {
    bench.script.on["MESSAGE"] = async (request) => {
      const second = request.createResponse(500);
      await request.createResponse(200).send();
      expect(() => request.createResponse(180)).toThrow(refusal);
      expect(() => second.send()).toThrow(refusal);
    };
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    expect(statuses()).toEqual([200]);
  });
});

describe("JSR 289 §11 what escapes a handler", () => {
  const failures: [string, () => unknown, number][] = [
    ["a thrown SipError", () => raise(new SipError(486)), 486],
    ["a returned SipError", () => new SipError(603, "Go Away"), 603],
    ["a rejected SipError", () => Promise.reject(new SipError(404)), 404],
    ["a resolved SipError", async () => new SipError(480), 480],
    ["an exception [K]", () => raise(new TypeError("a bug")), 500],
    ["a rejection [K]", () => Promise.reject(new TypeError("a bug")), 500],
  ];

  it.each(failures)("answers with %s", async (_what, fail, status) => {
    bench.script.on["INVITE"] = fail;
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(statuses()).toEqual([status]);
    const isLogged = bench.lab.log.some(
      ({ text, fields }) => text === "a handler failed" && fields["handler"] !== undefined,
    );
    expect(isLogged).toBe(status === 500);
  });

  it("adds the headers and the reason of the SipError", async () => {
    bench.script.on["INVITE"] = () => raise(new SipError(486, "Lunch", { headers: { "Retry-After": "60" } }));
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(bench.peer.last("486 INVITE").header("Retry-After")).toBe("60");
    expect(bench.peer.last("486 INVITE").text).toMatch(/^SIP\/2\.0 486 Lunch/);
  });

  it("changes nothing once the request is answered, and harms no other call", async () => {
    bench.script.on["MESSAGE"] = async (request) => {
      await request.createResponse(202).send();
      raise(new TypeError("a bug"));
    };
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    expect(statuses()).toEqual([202, 202]);
  });

  it("is answered 500, and logged by the handler's name, when nobody answers in time", async () => {
    bench.script.on["MESSAGE"] = nothing;
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    await bench.settle(30_000);
    expect(statuses()).toEqual([100, 500]);
    const line = bench.lab.log.find(({ text }) => text.startsWith("nobody answered"));
    expect(line?.fields["handler"]).toBe("Scripted.service");
  });
});

describe("JSR 359 §4 a request that no handler takes", () => {
  async function start(servlet: new () => object): Promise<ContainerLab> {
    return ContainerLab.start({ applications: [{ name: "pojo", servlets: [servlet] }] });
  }

  it("is answered 501 with Allow when it is initial [?]", async () => {
    @SipServlet()
    class Calls {
      @Invite() onInvite(): void {}
    }
    await using lab = await start(Calls);
    const peer = lab.agent("peer", "192.0.2.2");
    await lab.send(peer, { method: "MESSAGE" });
    expect(peer.last("501 MESSAGE").header("Allow")).toBe("INVITE");
  });

  it("is left alone inside a dialog, but for a PRACK", async () => {
    @SipServlet()
    class Calls {
      @Invite() async onInvite(request: SipServletRequest): Promise<void> {
        await request.createResponse(183).sendReliably();
      }
    }
    await using lab = await start(Calls);
    const peer = lab.agent("peer", "192.0.2.2");
    await lab.send(peer, { method: "INVITE", headers: { Supported: "100rel" } });
    const { toTag, callId, contactUri = "", headers } = rseqOf(peer.last("183 INVITE"));
    await lab.send(peer, { method: "PRACK", uri: contactUri, callId, toTag, sequenceNumber: 2, headers });
    await lab.send(peer, { method: "INFO", uri: contactUri, callId, toTag, sequenceNumber: 3 });
    expect(peer.messages("200 PRACK")).toHaveLength(1);
    expect(peer.messages((message) => !message.isRequest && message.method === "INFO")).toEqual([]);
  });

  it("reaches a handler for any method", async () => {
    @SipServlet()
    class Anything {
      @AnyMethod() onAny(request: SipServletRequest): unknown {
        return request.createResponse(202).send();
      }
    }
    await using lab = await start(Anything);
    const peer = lab.agent("peer", "192.0.2.2");
    await lab.send(peer, { method: "DANCE" });
    expect(peer.messages("202 DANCE")).toHaveLength(1);
  });
});

describe("JSR 289 §11 what the container does for a UAC", () => {
  it("acknowledges failures of an INVITE, and delivers them once", async () => {
    bench.peer.on("INVITE", (invite) => {
      invite.reply(486);
      invite.reply(486);
    });
    await bench.send("INVITE");
    expect(bench.peer.messages("ACK")).toHaveLength(2);
    expect(bench.script.responses.map(({ status }) => status)).toEqual([486]);
  });

  it("delivers 408 when nobody answers", async () => {
    await bench.send("OPTIONS");
    await bench.settle(32_000);
    expect(bench.script.response(408).session).toBe(bench.script.created[0]);
    await bench.send("INVITE");
    await bench.settle(32_000);
    expect(bench.script.responses.map(({ status, method }) => `${status} ${method}`)).toEqual([
      "408 OPTIONS",
      "408 INVITE",
    ]);
  });

  it("delivers 503 when the transport fails after send has returned [?]", async () => {
    const world = createWorld();
    const resolver = new ScriptedResolver({ clock: world.clock });
    await using other = await ScriptedLab.start({ resolver }, world);
    for (const method of ["MESSAGE", "INVITE"]) {
      const request = other.create(method);
      request.requestUri = other.factory.createUri(`sip:peer@${method.toLowerCase()}.lab`);
      await request.send();
      await other.settle();
    }
    expect(other.script.responses.map(({ status, method }) => `${status} ${method}`)).toEqual([
      "503 MESSAGE",
      "503 INVITE",
    ]);
  });

  it("fails at once to send what no listener can carry", async () => {
    const request = bench.create("MESSAGE");
    request.requestUri = bench.factory.createUri("sip:peer@192.0.2.2;transport=tcp");
    await expect(request.send()).rejects.toMatchObject({ code: "servlet.io" });
    expect(bench.script.responses).toEqual([]);
  });

  it("keeps a CANCEL back until a provisional has come, and delivers 487 alone", async () => {
    bench.peer.on("CANCEL", (cancel) => {
      cancel.reply(200);
      bench.peer.received[0]?.reply(487);
    });
    const invite = await bench.send("INVITE");
    await invite.createCancel().send();
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(0);
    bench.peer.received[0]?.reply(180);
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
    expect(bench.script.responses.map(({ status, method }) => `${status} ${method}`)).toEqual([
      "180 INVITE",
      "487 INVITE",
    ]);
    expect(() => invite.createCancel()).toThrow(refusal);
  });

  it("puts the Reason of the application's CANCEL on the wire (RFC 3326)", async () => {
    bench.peer.answer("INVITE", 180);
    const invite = await bench.send("INVITE");
    const cancel = invite.createCancel();
    cancel.setHeader("Reason", "SIP;cause=200");
    await cancel.send();
    await bench.settle();
    expect(bench.peer.last("CANCEL").header("Reason")).toBe("SIP;cause=200");
    expect(cancel.method).toBe("CANCEL");
  });

  it("gives the active requests while they are under way", async () => {
    const invite = await bench.send("INVITE");
    const { session } = invite;
    expect(session.getActiveInvite("UAC")).toBe(invite);
    expect(session.getActiveInvite("UAS")).toBeUndefined();
    expect(session.getActiveRequest(invite.id)).toBe(invite);
    expect(session.getActiveRequests("UAC")).toEqual([invite]);
    bench.peer.received[0]?.reply(200);
    await bench.settle();
    await bench.script.response(200).createAck().send();
    expect(session.getActiveRequests("UAC")).toEqual([]);
  });

  it("sends an ACK once, and none for a failure", async () => {
    bench.peer.answer("INVITE", 200);
    await bench.send("INVITE");
    const success = bench.script.response(200);
    const ack = success.createAck();
    await ack.send();
    expect(success.isCommitted).toBe(true);
    expect(() => ack.send()).toThrow(expect.objectContaining({ code: "state.committed" }));
    expect(() => success.createAck()).toThrow(refusal);
  });
});

function raise(error: Error): never {
  throw error;
}

function rseqOf(response: ReturnType<typeof bench.peer.last>) {
  const { toTag, callId, contactUri } = response;
  return { toTag, callId, contactUri, headers: { RAck: `${response.header("RSeq")} 1 INVITE` } };
}
