import {
  IllegalArgumentError,
  IllegalStateError,
  Rel100Error,
  SC,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

type Options = Parameters<ScriptedLab["lab"]["send"]>[1];

/** Gives a request as the application received it, before it was answered. */
async function received(options: Options): Promise<SipServletRequest> {
  bench.script.on[options.method] = () => undefined;
  await bench.lab.send(bench.peer, options);
  return bench.script.request(options.method);
}

describe("JSR 289 §5 SipServletRequest, Request-URI", () => {
  it("can be changed in place and replaced, and goes out so", async () => {
    const request = bench.create("MESSAGE");
    (request.requestUri as SipUri).setParameter("x", "1");
    expect(request.requestUri.toString()).toBe(`${bench.peer.uri};x=1`);
    const other = bench.factory.createUri(bench.peer.uri) as SipUri;
    other.user = "carol";
    request.requestUri = other;
    await request.send();
    await bench.settle();
    expect(bench.peer.last("MESSAGE").requestUri).toContain("sip:carol@");
    expect(() => (request.requestUri = other)).toThrow(IllegalStateError);
  });

  it("cannot be missing", () => {
    const request = bench.create("MESSAGE");
    expect(() => (request.requestUri = undefined as never)).toThrow(IllegalArgumentError);
  });
});

describe("JSR 289 §5 SipServletRequest, Max-Forwards and Max-Breadth", () => {
  it("Max-Forwards is 70 in a new request, undefined when absent, between 0 and 255", async () => {
    const request = bench.create("MESSAGE");
    expect(request.maxForwards).toBe(70);
    for (const wrong of [-1, 256, 1.5, Number.NaN]) {
      expect(() => (request.maxForwards = wrong)).toThrow(IllegalArgumentError);
    }
    request.maxForwards = 0;
    expect(request.maxForwards).toBe(0);
    const without = await received({ method: "INFO", headers: { "Max-Forwards": undefined } });
    expect(without.maxForwards).toBeUndefined();
  });

  it("Max-Breadth (RFC 5393) is undefined when absent, and a whole number", async () => {
    const request = bench.create("INVITE");
    expect(request.maxBreadth).toBeUndefined();
    request.maxBreadth = 10;
    expect(request.getHeader("Max-Breadth")).toBe("10");
    for (const wrong of [-1, 1.5]) expect(() => (request.maxBreadth = wrong)).toThrow(IllegalArgumentError);
  });
});

describe("JSR 289 §5 pushRoute", () => {
  it("puts a Route in front, given as URI or as address", async () => {
    const request = bench.create("MESSAGE");
    const lr = bench.factory.createSipUri(undefined, "192.0.2.2");
    lr.lrParam = true;
    request.pushRoute(bench.factory.createAddress("<sip:far.example;lr>"));
    request.pushRoute(lr);
    expect(request.getHeaders("Route")).toEqual(["<sip:192.0.2.2;lr>", "<sip:far.example;lr>"]);
    await request.send();
    await bench.settle();
    expect(bench.peer.last("MESSAGE").headers("Route")).toHaveLength(2);
  });

  it("is refused for another scheme, for nothing, and for a subsequent request", async () => {
    const request = bench.create("MESSAGE");
    const tel = bench.factory.createAddress("<tel:+1>");
    expect(() => request.pushRoute(tel)).toThrow(IllegalArgumentError);
    expect(() => request.pushRoute(undefined as never)).toThrow(IllegalArgumentError);
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    await bench.lab.call(bench.peer);
    const subsequent = bench.script.request("INVITE").session.createRequest("INFO");
    expect(() => subsequent.pushRoute(bench.factory.createSipUri(undefined, "x"))).toThrow(IllegalStateError);
  });
});

describe("JSR 289 §5 createResponse", () => {
  it.each([99, 700, 200.5, Number.NaN, "200" as unknown as number])("refuses the status %s", async (status) => {
    const request = await received({ method: "MESSAGE" });
    expect(() => request.createResponse(status)).toThrow(IllegalArgumentError);
  });

  it("gives the reason phrase of the standard, or the one that is told", async () => {
    const request = await received({ method: "MESSAGE" });
    expect(request.createResponse(SC.NOT_FOUND).reasonPhrase).toBe("Not Found");
    const response = request.createResponse(404, "Nobody here");
    await response.send();
    await bench.settle();
    expect(bench.peer.last((message) => !message.isRequest).reasonPhrase).toBe("Nobody here");
  });

  it("is refused after a final response, for a request of our own and for ACK [K]", async () => {
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    const call = await bench.lab.call(bench.peer);
    expect(() => bench.script.request("INVITE").createResponse(180)).toThrow(IllegalStateError);
    expect(() => bench.script.request("ACK").createResponse(200)).toThrow(IllegalStateError);
    expect(() => bench.create("MESSAGE").createResponse(200)).toThrow(IllegalStateError);
    expect(call.answer.status).toBe(200);
  });
});

describe("JSR 289 §5 createCancel", () => {
  it("is for our own INVITE alone, and not after its final response", async () => {
    expect(() => bench.create("MESSAGE").createCancel()).toThrow(IllegalStateError);
    const incoming = await received({ method: "INVITE" });
    expect(() => incoming.createCancel()).toThrow(IllegalStateError);
    const unsent = bench.create("INVITE");
    expect(() => unsent.createCancel()).toThrow(IllegalStateError);
    bench.peer.answer("INVITE", 486);
    const refused = await bench.send("INVITE");
    expect(() => refused.createCancel()).toThrow(IllegalStateError);
  });
});

describe("JSR 359 final and acknowledged responses, ids", () => {
  it("a request knows its final response, an ACK the response it acknowledges", async () => {
    bench.script.on["INVITE"] = async (invite) => {
      expect(invite.finalResponse).toBeUndefined();
      await invite.createResponse(180).send();
      expect(invite.finalResponse).toBeUndefined();
      await invite.createResponse(200).send();
    };
    await bench.lab.call(bench.peer);
    const [invite, ack] = [bench.script.request("INVITE"), bench.script.request("ACK")];
    expect(invite.finalResponse?.status).toBe(200);
    expect(ack.acknowledgedResponse).toBe(invite.finalResponse);
    expect(invite.acknowledgedResponse).toBeUndefined();
  });

  it("ids are unique in a session, for requests of either side", async () => {
    const { peer } = bench;
    peer.answer("INFO", 200);
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    const call = await bench.lab.call(peer);
    await call.request("INFO");
    const { session } = bench.script.request("INVITE");
    const own = [session.createRequest("INFO"), session.createRequest("MESSAGE")];
    const all = [...bench.script.requests.filter(({ method }) => method !== "ACK"), ...own];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it("active requests are found by id and by side while they are open", async () => {
    const invite = await received({ method: "INVITE" });
    const { session } = invite;
    expect(session.getActiveRequest(invite.id)).toBe(invite);
    expect(session.getActiveRequests("UAS")).toEqual([invite]);
    expect([session.getActiveRequests("UAC"), session.getActiveInvite("UAC")]).toEqual([[], undefined]);
    expect(session.getActiveInvite("UAS")).toBe(invite);
    expect(session.getActiveRequest("no such id")).toBeUndefined();
    expect(() => session.getActiveRequest(undefined as never)).toThrow(IllegalArgumentError);
    keep(session);
    await invite.createResponse(486).send();
    await bench.settle();
    expect([session.getActiveInvite("UAS"), session.getActiveRequests("UAS")]).toEqual([undefined, []]);
  });

  it("our own INVITE is active until its final response, and can be cancelled so", async () => {
    bench.peer.answer("INVITE", 180);
    const invite = await bench.send("INVITE");
    expect(invite.session.getActiveInvite("UAC")).toBe(invite);
    await invite.session.getActiveInvite("UAC")?.createCancel().send();
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
  });
});

describe("JSR 289 §5 parameters of a request", () => {
  it("of an initial request are those of its SIP Request-URI", async () => {
    const request = await received({ method: "MESSAGE", uri: "sip:app@192.0.2.10;room=5;flag" });
    expect(request.getParameterNames()).toEqual(["room", "flag"]);
    expect([request.getParameter("room"), request.getParameter("flag"), request.getParameter("x")]).toEqual([
      "5",
      "",
      undefined,
    ]);
    expect(request.getParameterValues("room")).toEqual(["5"]);
    expect([...request.getParameterMap().keys()]).toEqual(["room", "flag"]);
  });

  it("of an initial request are those of the Route that led here, which is popped", async () => {
    const request = await received({
      method: "MESSAGE",
      uri: "sip:other@example.com;room=5",
      route: ["<sip:192.0.2.10;lr;key=7>"],
    });
    expect(request.getParameter("key")).toBe("7");
    expect(request.getParameter("room")).toBeUndefined();
    expect([request.poppedRoute?.uri?.toString(), request.initialPoppedRoute?.uri?.toString()]).toEqual([
      "sip:192.0.2.10;lr;key=7",
      "sip:192.0.2.10;lr;key=7",
    ]);
    expect(request.getHeader("Route")).toBeUndefined();
  });

  it("there are none for other schemes", async () => {
    const request = await received({ method: "MESSAGE", uri: "tel:+12025552600;x=1" });
    expect([request.getParameterNames(), request.getParameter("x")]).toEqual([[], undefined]);
  });
});

describe("JSR 289 §5 SipServletResponse", () => {
  it("its status can change until it is sent", async () => {
    const request = await received({ method: "MESSAGE" });
    const response = request.createResponse(200);
    response.setStatus(404);
    expect([response.status, response.reasonPhrase]).toEqual([404, "Not Found"]);
    response.setStatus(480, "Asleep");
    for (const wrong of [99, 700, 1.5]) expect(() => response.setStatus(wrong)).toThrow(IllegalArgumentError);
    await response.send();
    await bench.settle();
    expect(bench.peer.last((message) => !message.isRequest).startLine).toBe("SIP/2.0 480 Asleep");
    expect(() => response.setStatus(200)).toThrow(IllegalStateError);
  });

  it("owns its Contact by the status it has now", async () => {
    const request = await received({ method: "INVITE" });
    const response = request.createResponse(200);
    expect(() => response.setHeader("Contact", "<sip:x@y>")).toThrow(IllegalArgumentError);
    response.setStatus(302);
    response.setHeader("Contact", "<sip:x@y>");
    await response.send();
    await bench.settle();
    expect(bench.peer.last("302").headers("Contact")).toEqual(["<sip:x@y>"]);
  });

  it("leads to its request, its session and, unless proxied, no proxy", async () => {
    bench.peer.answer("MESSAGE", 202);
    const request = await bench.send("MESSAGE");
    const response = bench.script.response(202);
    expect([response.request, response.session]).toEqual([request, request.session]);
    expect([response.proxy, response.proxyBranch, response.isBranchResponse]).toEqual([undefined, undefined, false]);
  });

  it.each<[string, string, number, (response: SipServletResponse) => unknown]>([
    ["createAck on a provisional", "INVITE", 180, (response) => response.createAck()],
    ["createAck on a failure, which the container acknowledges", "INVITE", 486, (response) => response.createAck()],
    ["createAck on what is no INVITE", "MESSAGE", 200, (response) => response.createAck()],
    ["send on a received response", "MESSAGE", 200, (response) => response.send()],
    ["sendReliably on a received response", "INVITE", 180, (response) => response.sendReliably()],
  ])("refuses %s", async (_what, method, status, call) => {
    bench.peer.answer(method, status);
    await bench.send(method);
    expect(() => call(bench.script.response(status))).toThrow(IllegalStateError);
  });

  it("makes one ACK", async () => {
    bench.peer.answer("INVITE", 200);
    await bench.send("INVITE");
    const response = bench.script.response(200);
    const ack = response.createAck();
    expect(() => response.createAck()).toThrow(IllegalStateError);
    expect(ack.acknowledgedResponse).toBe(response);
    await ack.send();
    expect(() => ack.send()).toThrow(IllegalStateError);
    await bench.settle();
    expect(bench.peer.messages("ACK")).toHaveLength(1);
  });

  const reasonOf = (call: () => unknown): number | undefined => {
    try {
      call();
      return undefined;
    } catch (error) {
      return error instanceof Rel100Error ? error.reason : -1;
    }
  };

  it("tells why it cannot be sent reliably", async () => {
    const invite = await received({ method: "INVITE" });
    expect(reasonOf(() => invite.createResponse(180).sendReliably())).toBe(Rel100Error.NO_REQ_SUPPORT);
    expect(reasonOf(() => invite.createResponse(200).sendReliably())).toBe(Rel100Error.NOT_1XX);
    expect(reasonOf(() => invite.createResponse(100).sendReliably())).toBe(Rel100Error.NOT_1XX);
    const message = await received({ method: "MESSAGE", headers: { Supported: "100rel" } });
    expect(reasonOf(() => message.createResponse(183).sendReliably())).toBe(Rel100Error.NOT_INVITE);
  });

  it("tells why there is no PRACK for it", async () => {
    bench.peer.answer("INVITE", 180, 486);
    bench.peer.answer("MESSAGE", 200);
    await bench.send("INVITE");
    await bench.send("MESSAGE");
    expect(reasonOf(() => bench.script.response(180).createPrack())).toBe(Rel100Error.NOT_100REL);
    expect(reasonOf(() => bench.script.response(486).createPrack())).toBe(Rel100Error.NOT_1XX);
    expect(reasonOf(() => bench.script.response(200).createPrack())).toBe(Rel100Error.NOT_INVITE);
  });
});
