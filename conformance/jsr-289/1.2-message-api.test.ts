import {
  IllegalArgumentError,
  IllegalStateError,
  ServletParseError,
  type SipServletMessage,
  type SipServletRequest,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

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

const none = undefined as unknown as string;

describe("JSR 289 §5 SipServletMessage, identity", () => {
  it("has method, protocol, Call-ID, From and To", async () => {
    const request = await received({ method: "INFO", callId: "x@lab" });
    expect([request.method, request.protocol, request.callId]).toEqual(["INFO", "SIP/2.0", "x@lab"]);
    expect([request.from.uri?.toString(), request.to.uri?.toString()]).toEqual([
      "sip:alice@example.org",
      "sip:bob@example.com",
    ]);
    const response = request.createResponse(200);
    expect([response.method, response.protocol, response.callId]).toEqual(["INFO", "SIP/2.0", "x@lab"]);
    expect(response.to.getParameter("tag")).toBeTypeOf("string");
  });
});

describe("JSR 289 §5.4 SipServletMessage, headers", () => {
  it("set replaces all values, add appends, remove takes all, in long and compact form alike", async () => {
    const request = bench.create("MESSAGE");
    request.addHeader("Supported", "one");
    request.addHeader("k", "two, three");
    expect(request.getHeaders("SUPPORTED")).toEqual(["one", "two", "three"]);
    expect(request.getHeader("k")).toBe("one");
    request.setHeader("k", "four");
    expect(request.getHeaders("Supported")).toEqual(["four"]);
    request.removeHeader("supported");
    expect([request.getHeader("Supported"), request.getHeaders("k")]).toEqual([undefined, []]);
    expect(request.getHeaderNames()).toEqual(expect.arrayContaining(["From", "To", "Call-ID", "CSeq"]));
  });

  it("lists cannot be used to change system headers", async () => {
    const request = await received({ method: "MESSAGE" });
    const before = request.getHeaders("Via");
    (request.getHeaders("Via") as string[]).push("SIP/2.0/UDP evil");
    expect(request.getHeaders("Via")).toEqual(before);
  });

  it("refuses missing names and values everywhere", async () => {
    const request = await received({ method: "MESSAGE" });
    const address = request.from;
    const parameterable = bench.factory.createParameterable("a");
    const calls: (() => unknown)[] = [
      () => request.getHeader(none),
      () => request.getHeaders(none),
      () => request.setHeader(none, "x"),
      () => request.setHeader("Subject", none),
      () => request.addHeader(none, "x"),
      () => request.addHeader("Subject", none),
      () => request.removeHeader(none),
      () => request.getAddressHeader(none),
      () => request.getAddressHeaders(none),
      () => request.setAddressHeader(none, address),
      () => request.setAddressHeader("Alert-Info", undefined as never),
      () => request.addAddressHeader(none, address, true),
      () => request.getParameterableHeader(none),
      () => request.getParameterableHeaders(none),
      () => request.setParameterableHeader(none, parameterable),
      () => request.addParameterableHeader("Reason", undefined as never, true),
      () => request.getAttribute(none),
      () => request.setAttribute(none, 1),
      () => request.setAttribute("x", undefined),
      () => request.setAttribute("x", null),
      () => request.removeAttribute(none),
    ];
    for (const call of calls) expect(call, String(call)).toThrow(IllegalArgumentError);
  });

  it("addresses and values with parameters go in front or behind", async () => {
    const request = bench.create("MESSAGE");
    const address = (text: string) => bench.factory.createAddress(text);
    request.setAddressHeader("P-Asserted-Identity", address("<sip:b@x>"));
    request.addAddressHeader("P-Asserted-Identity", address("<sip:c@x>"), false);
    request.addAddressHeader("P-Asserted-Identity", address("<sip:a@x>"), true);
    expect(request.getHeaders("P-Asserted-Identity")).toEqual(["<sip:a@x>", "<sip:b@x>", "<sip:c@x>"]);
    const value = (text: string) => bench.factory.createParameterable(text);
    request.setParameterableHeader("Reason", value("SIP;cause=200"));
    request.addParameterableHeader("Reason", value("Q.850;cause=16"), true);
    expect(request.getParameterableHeaders("Reason").map((each) => each.getParameter("cause"))).toEqual(["16", "200"]);
  });

  it.each(["From", "To", "Via", "Route", "Record-Route", "Call-ID", "CSeq"])(
    "refuses typed values for the system header %s",
    async (name) => {
      const request = bench.create("MESSAGE");
      expect(() => request.setAddressHeader(name, request.from)).toThrow(IllegalArgumentError);
      expect(() => request.addAddressHeader(name, request.from, true)).toThrow(IllegalArgumentError);
      expect(() => request.setParameterableHeader(name, request.from)).toThrow(IllegalArgumentError);
    },
  );

  it("tells what does not parse", async () => {
    const request = await received({ method: "MESSAGE", headers: { "X-A": "<sip:broken", "X-P": "a;=" } });
    expect(() => request.getAddressHeader("X-A")).toThrow(ServletParseError);
    expect(() => request.getAddressHeaders("X-A")).toThrow(ServletParseError);
    expect(() => request.getParameterableHeader("X-P")).toThrow(ServletParseError);
    expect(() => request.getParameterableHeaders("X-P")).toThrow(ServletParseError);
  });
});

describe("JSR 289 §5 well-known headers", () => {
  it("Expires: undefined when absent, a negative value takes it away", () => {
    const request = bench.create("PUBLISH");
    expect(request.expires).toBeUndefined();
    request.expires = 60;
    expect(request.getHeader("Expires")).toBe("60");
    request.expires = -1;
    expect(request.getHeader("Expires")).toBeUndefined();
  });

  it("Content-Language and Accept-Language", () => {
    const request = bench.create("MESSAGE");
    expect([request.contentLanguage, request.acceptLanguage, request.acceptLanguages]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    request.contentLanguage = "de";
    request.setAcceptLanguage("fr");
    request.addAcceptLanguage("en;q=0.5");
    expect([request.contentLanguage, request.acceptLanguages]).toEqual(["de", ["fr", "en"]]);
    request.contentLanguage = undefined;
    expect(request.getHeader("Content-Language")).toBeUndefined();
  });
});

describe("JSR 289 §5.5 body", () => {
  it("its length is that of the body, whatever is set", async () => {
    const request = bench.create("MESSAGE");
    request.setContent("grüße", "text/plain");
    request.contentLength = 3;
    expect([request.contentLength, request.characterEncoding]).toEqual([7, undefined]);
    await request.send();
    await bench.settle();
    expect(bench.peer.last("MESSAGE").header("Content-Length")).toBe("7");
  });

  it.each<[string, (message: SipServletMessage) => unknown]>([
    ["setContent", (message) => message.setContent("x", "text/plain")],
    ["contentLength", (message) => (message.contentLength = 1)],
  ])("%s is refused on a received and on a sent message", async (_what, change) => {
    const incoming = await received({ method: "MESSAGE" });
    const outgoing = bench.create("MESSAGE");
    await outgoing.send();
    for (const message of [incoming, outgoing]) expect(() => change(message)).toThrow(IllegalStateError);
  });

  it("refuses an unknown charset, and content nobody can write for its type", () => {
    const request = bench.create("MESSAGE");
    request.setContent("x", "text/plain");
    expect(() => (request.characterEncoding = "klingon")).toThrow(IllegalArgumentError);
    request.characterEncoding = "iso-8859-1";
    expect(request.characterEncoding).toBe("iso-8859-1");
    expect(() => request.setContent({ x: 1 }, "text/plain")).toThrow(IllegalArgumentError);
    expect(() => request.setContent("x", none)).toThrow(IllegalArgumentError);
    expect(() => request.setContent(undefined, "text/plain")).toThrow(IllegalArgumentError);
  });

  it("is undefined, raw and read, when there is none", async () => {
    const request = await received({ method: "MESSAGE" });
    expect([request.rawContent, request.getContent(), request.contentType, request.contentLength]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });
});

describe("JSR 289 §5.6, JSR 359 attributes", () => {
  it("are set, listed, removed and cleared, also on a committed message [K]", async () => {
    const request = bench.create("MESSAGE");
    await request.send();
    expect(request.isCommitted).toBe(true);
    request.setAttribute("a", 1);
    request.setAttribute("b", { x: 2 });
    expect([request.getAttribute("a"), request.getAttributeNames()]).toEqual([1, ["a", "b"]]);
    request.removeAttribute("a");
    expect(request.getAttribute("a")).toBeUndefined();
    request.clearAttributes();
    expect(request.getAttributeNames()).toEqual([]);
  });
});

describe("JSR 289 §5 sessions and transport", () => {
  it("getSession(create) and getApplicationSession(create) give those of the message", async () => {
    const request = await received({ method: "MESSAGE" });
    expect([request.getSession(false), request.getSession(true)]).toEqual([request.session, request.session]);
    expect(request.getApplicationSession(false)).toBe(request.applicationSession);
  });

  it("tells where a received message came from, and nothing of one made here", async () => {
    const request = await received({ method: "MESSAGE" });
    expect([request.remoteAddr, request.remotePort, request.localAddr, request.localPort, request.transport]).toEqual([
      "192.0.2.2",
      5060,
      "192.0.2.10",
      5060,
      "UDP",
    ]);
    expect([request.initialRemoteAddr, request.initialRemotePort, request.initialTransport]).toEqual([
      "192.0.2.2",
      5060,
      "UDP",
    ]);
    expect([request.isSecure, request.isInternallyRouted, request.localSipWebSocketContext]).toEqual([
      false,
      false,
      undefined,
    ]);
    for (const own of [bench.create("MESSAGE"), request.createResponse(200)]) {
      expect([own.remoteAddr, own.remotePort, own.transport]).toEqual([undefined, undefined, undefined]);
      expect([own.initialRemoteAddr, own.initialRemotePort, own.initialTransport]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });
});

describe("JSR 289 §5, RFC 3327 Path", () => {
  it("goes in front of the others of a REGISTER, and belongs to no other method", () => {
    const register = bench.create("REGISTER");
    register.pushPath(bench.factory.createAddress("<sip:p1@x;lr>"));
    register.pushPath(bench.factory.createAddress("<sip:p2@x;lr>"));
    expect(register.getHeaders("Path")).toEqual(["<sip:p2@x;lr>", "<sip:p1@x;lr>"]);
    const invite = bench.create("INVITE");
    expect(() => invite.pushPath(bench.factory.createAddress("<sip:p@x>"))).toThrow(IllegalStateError);
  });
});

describe("JSR 289 §5 send", () => {
  it("is refused for what was received and for what was sent already", async () => {
    const request = await received({ method: "MESSAGE" });
    expect(() => request.send()).toThrow(IllegalStateError);
    const response = request.createResponse(200);
    await response.send();
    expect(() => response.send()).toThrow(IllegalStateError);
    const own = bench.create("MESSAGE");
    await own.send();
    expect(() => own.send()).toThrow(IllegalStateError);
    await bench.settle();
  });

  it("rejects as servlet.io when there is no way to the target", async () => {
    const request = bench.factory.createRequest(
      bench.factory.createApplicationSession(),
      "MESSAGE",
      "sip:a@x",
      "sip:b@192.0.2.77;transport=tcp",
    );
    await request.send().catch(() => undefined);
    await bench.settle(40_000);
    expect(bench.script.responses.at(-1)?.status).toBeGreaterThanOrEqual(408);
  });
});
