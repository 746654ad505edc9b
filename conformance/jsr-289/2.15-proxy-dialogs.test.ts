import type { SipServletRequest } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, obeyCancel, ProxyLab, withoutKey } from "./proxy-lab.js";

let bench: ProxyLab;

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

beforeEach(async () => {
  bench = await ProxyLab.start();
  for (const phone of [bench.bob, bench.carol, bench.dave]) obeyCancel(phone);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A call through the proxy that stands. */
async function establish(prepare: (proxy: typeof bench.proxy) => void = () => undefined): Promise<void> {
  bench.proxyTo([bench.bob], (proxy) => {
    proxy.recordRoute = true;
    prepare(proxy);
  });
  await bench.call();
  await bench.answer(bench.bob, 200);
  await bench.acknowledge();
}

describe("JSR 289 §10.2.8 requests inside a proxied dialog", () => {
  it("come to the application and are forwarded when it returns, from both sides", async () => {
    await establish();
    expect(bench.bob.last("ACK").requestUri).toBe(bench.bob.uri);
    await bench.fromCaller("INFO");
    await bench.answer(bench.bob, 200, { method: "INFO" });
    await bench.fromCallee("BYE");
    bench.alice.received.at(-1)?.reply(200);
    await bench.settle();
    expect(bench.script.heard).toEqual(["INVITE", "200 INVITE", "ACK", "INFO", "200 INFO", "BYE", "200 BYE"]);
    expect(bench.script.requests.map(({ isInitial }) => isInitial)).toEqual([true, false, false, false]);
    expect(bench.alice.last("BYE").header("Max-Forwards")).toBe("69");
    expect(bench.bob.messages("200 BYE")).toHaveLength(1);
  });

  it("do not come when the proxy does not record-route", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 200);
    expect(bench.bob.last("INVITE").values("Record-Route")).toEqual([]);
    await bench.acknowledge();
    expect(bench.script.heard).toEqual(["INVITE", "200 INVITE"]);
    expect(bench.bob.messages("ACK")).toHaveLength(1);
    expect(bench.lab.container.counts.applicationSessions).toBe(0);
  });

  it("leave as the handler left them, also when it takes its time", async () => {
    await establish();
    let go: () => void = () => undefined;
    bench.script.onSubsequent = async (request) => {
      await new Promise<void>((resolve) => (go = resolve));
      request.setHeader("X-Charged", "7");
      request.removeHeader("X-Secret");
    };
    await bench.fromCaller("INFO", bench.bob, { headers: { "X-Secret": "1", "X-Kept": "1" } });
    expect(bench.bob.messages("INFO")).toEqual([]);
    go();
    await bench.settle();
    const info = bench.bob.last("INFO");
    expect([info.header("X-Charged"), info.header("X-Secret"), info.header("X-Kept")]).toEqual(["7", undefined, "1"]);
  });

  it("forwards an ACK as its handler left it, too", async () => {
    bench.script.onSubsequent = (request) => request.setHeader("X-Ack", "seen");
    await establish();
    expect(bench.bob.last("ACK").header("X-Ack")).toBe("seen");
  });

  it("are forwarded although the handler throws not, and answered 500 when it throws", async () => {
    await establish();
    bench.script.onSubsequent = () => {
      throw new TypeError("a mistake");
    };
    await bench.fromCaller("INFO");
    expect(bench.answers("INFO")).toEqual([500]);
    expect(bench.bob.messages("INFO")).toEqual([]);
  });

  it("are not forwarded when the handler answers them", async () => {
    await establish();
    bench.script.onSubsequent = (request) => request.createResponse(403).send();
    await bench.fromCaller("INFO");
    expect(bench.answers("INFO")).toEqual([403]);
    expect(bench.bob.messages("INFO")).toEqual([]);
    expect(bench.script.request("INFO").session.state).toBe("CONFIRMED");
  });

  it("cannot be answered once they were forwarded", async () => {
    await establish();
    await bench.fromCaller("INFO");
    const late = bench.script.request("INFO").createResponse(200);
    expect(() => late.send()).toThrow(code("state.proxy"));
  });

  it("are forwarded without the application when its session is invalid (JSR 289 §6.2.4)", async () => {
    await establish();
    bench.script.request("ACK").session.applicationSession.invalidate();
    await bench.fromCaller("BYE");
    await bench.answer(bench.bob, 200, { method: "BYE" });
    expect(bench.answers("BYE")).toEqual([200]);
    expect(bench.script.heard.at(-1)).toBe("ACK");
    await bench.fromCallee("INFO");
    expect(bench.alice.messages("INFO")).toHaveLength(1);
  });

  it("go on when the session is invalidated by their own handler", async () => {
    await establish();
    bench.script.onSubsequent = (request) => request.session.applicationSession.invalidate();
    await bench.fromCaller("BYE");
    await bench.answer(bench.bob, 200, { method: "BYE" });
    expect(bench.answers("BYE")).toEqual([200]);
  });

  it("pass while an INVITE of the dialog is open: the ends settle that", async () => {
    await establish();
    await bench.fromCaller("INVITE");
    await bench.fromCallee("INVITE");
    expect(bench.bob.messages("INVITE")).toHaveLength(2);
    expect(bench.alice.messages("INVITE")).toHaveLength(1);
  });

  it("pass a CANCEL of a re-INVITE on", async () => {
    await establish();
    const reinvite = await bench.fromCaller("INVITE");
    await bench.answer(bench.bob, 180);
    bench.alice.sendRequest(
      {
        method: "CANCEL",
        uri: reinvite.requestUri,
        callId: reinvite.callId,
        branch: reinvite.branch,
        toTag: reinvite.toTag,
        sequenceNumber: reinvite.sequenceNumber,
      },
      { address: "192.0.2.10", port: 5060 },
    );
    await bench.settle();
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.answers().at(-1)).toBe(487);
    expect(bench.script.request("CANCEL").session.state).toBe("CONFIRMED");
  });

  it("reach the early dialog: PRACK and UPDATE", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    await bench.answer(bench.bob, 183, { headers: { Require: "100rel", RSeq: "1" } });
    await bench.fromCaller("PRACK", bench.bob, { headers: { RAck: "1 1 INVITE" } });
    await bench.answer(bench.bob, 200, { method: "PRACK" });
    expect(bench.answers("PRACK")).toEqual([200]);
    expect(bench.script.heard).toEqual(["INVITE", "183 INVITE", "PRACK", "200 PRACK"]);
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    await bench.fromCaller("INVITE");
    await bench.answer(bench.bob, 200);
    expect(bench.script.heard.slice(4)).toEqual(["200 INVITE", "ACK", "INVITE", "200 INVITE"]);
  });
});

describe("JSR 289 §10.4 Record-Route", () => {
  it("brings back the parameters that the application put on it, from both sides", async () => {
    const seen: unknown[] = [];
    bench.script.onSubsequent = (request: SipServletRequest) => {
      seen.push([request.method, request.getParameter("plan"), request.getParameterNames()]);
    };
    await establish((proxy) => {
      proxy.getRecordRouteUri().setParameter("plan", "gold");
      proxy.getRecordRouteUri().setParameter("flag", "");
    });
    await bench.fromCallee("BYE");
    expect(seen).toEqual([
      ["ACK", "gold", ["plan", "flag"]],
      ["BYE", "gold", ["plan", "flag"]],
    ]);
  });

  it("keeps those of a branch apart", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      proxy.recordRoute = true;
      proxy.getRecordRouteUri().setParameter("who", "all");
      const [one] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      one?.getRecordRouteUri().setParameter("who", "bob");
      return proxy.startProxy();
    };
    await bench.call();
    const values = [bench.bob, bench.carol].map((phone) => withoutKey(phone.last("INVITE").header("Record-Route")));
    expect(values).toEqual(["<sip:192.0.2.10:5060;who=bob;lr>", "<sip:192.0.2.10:5060;who=all;lr>"]);
  });

  it("finds them in the Request-URI when a strict router sends it", async () => {
    const seen: unknown[] = [];
    bench.script.onSubsequent = (request: SipServletRequest) => {
      seen.push([request.getParameter("plan"), request.requestUri.toString()]);
    };
    await establish((proxy) => proxy.getRecordRouteUri().setParameter("plan", "gold"));
    await bench.fromCaller("INFO", bench.bob, {
      uri: "sip:192.0.2.10:5060;plan=gold;lr",
      route: [`<${bench.bob.uri}>`],
    });
    expect(seen.at(-1)).toEqual(["gold", bench.bob.uri]);
    expect(bench.bob.last("INFO").requestUri).toBe(bench.bob.uri);
  });

  it.each([
    ["host", (uri: ReturnType<typeof bench.uri>) => void (uri.host = "evil.example.com")],
    ["port", (uri: ReturnType<typeof bench.uri>) => void (uri.port = 9)],
    ["scheme", (uri: ReturnType<typeof bench.uri>) => void (uri.secure = true)],
    ["user", (uri: ReturnType<typeof bench.uri>) => void (uri.user = "x")],
    ["transport", (uri: ReturnType<typeof bench.uri>) => void (uri.transportParam = "tcp")],
    ["user parameter", (uri: ReturnType<typeof bench.uri>) => void (uri.userParam = "phone")],
    ["method", (uri: ReturnType<typeof bench.uri>) => void (uri.methodParam = "BYE")],
    ["ttl", (uri: ReturnType<typeof bench.uri>) => void (uri.ttlParam = 1)],
    ["maddr", (uri: ReturnType<typeof bench.uri>) => uri.setParameter("MADDR", "192.0.2.99")],
    ["lr", (uri: ReturnType<typeof bench.uri>) => void (uri.lrParam = false)],
    ["header", (uri: ReturnType<typeof bench.uri>) => uri.setHeader("X", "1")],
  ])("does not let the application set its %s", async (_part, change) => {
    bench.proxyTo([bench.bob], (proxy) => {
      proxy.recordRoute = true;
      expect(() => change(proxy.getRecordRouteUri())).toThrow(code("argument.invalid"));
    });
    await bench.call();
    expect(withoutKey(bench.bob.last("INVITE").header("Record-Route"))).toBe("<sip:192.0.2.10:5060;lr>");
  });
});

describe("JSR 289 §10.4 Path (RFC 3327)", () => {
  it("goes into REGISTER alone, with what the application puts on it", async () => {
    bench.proxyTo([bench.bob], (proxy) => {
      proxy.addToPath = true;
      proxy.recordRoute = true;
      const path = proxy.getPathUri();
      path.user = "edge-1";
      path.setParameter("site", "b");
      expect(() => (path.host = "evil.example.com")).toThrow(code("argument.invalid"));
    });
    await bench.call({ method: "REGISTER", headers: { Supported: "path" } });
    const register = bench.bob.last("REGISTER");
    expect(register.header("Path")).toBe("<sip:edge-1@192.0.2.10:5060;site=b;lr>");
    expect(register.header("Record-Route")).toBeUndefined();
    await bench.call();
    expect(bench.bob.last("INVITE").header("Path")).toBeUndefined();
  });

  it("may be told for a single branch", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      const [one] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      if (one !== undefined) one.addToPath = true;
      one?.getPathUri().setParameter("x", "1");
      return proxy.startProxy();
    };
    await bench.call({ method: "REGISTER" });
    expect(bench.bob.last("REGISTER").header("Path")).toBe("<sip:192.0.2.10:5060;x=1;lr>");
    expect(bench.carol.last("REGISTER").header("Path")).toBeUndefined();
  });

  it("is pushed by the application, its own or another one", async () => {
    bench.script.onInitial = (request) => {
      request.pushPath(bench.factory.createAddress("<sip:far.example.com;lr>"));
      request.pushLocalPath();
      return request.getProxy().proxyTo(bench.uri(bench.bob));
    };
    await bench.call({ method: "REGISTER" });
    expect(bench.bob.last("REGISTER").values("Path")).toEqual(["<sip:192.0.2.10:5060;lr>", "<sip:far.example.com;lr>"]);
    bench.script.onInitial = (request) => {
      expect(() => request.pushLocalPath()).toThrow(code("state.transaction"));
      return request.createResponse(200).send();
    };
    await bench.call({ method: "OPTIONS" });
    expect(bench.answers("OPTIONS")).toEqual([200]);
  });
});

describe("JSR 289 §6.2.1 states of the sessions of a proxy", () => {
  it("follow the dialog: EARLY, CONFIRMED, TERMINATED by the answer to BYE", async () => {
    const states: string[] = [];
    bench.script.onResponse = ({ status, session }) => void states.push(`${status} ${session.state}`);
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    const { session } = bench.script.request("INVITE");
    keep(session);
    expect(session.state).toBe("INITIAL");
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    await bench.fromCaller("BYE");
    expect(session.state).toBe("CONFIRMED");
    await bench.answer(bench.bob, 200, { method: "BYE" });
    expect(states).toEqual(["180 EARLY", "200 CONFIRMED", "200 CONFIRMED"]);
    expect(session.state).toBe("TERMINATED");
  });

  it("go back to INITIAL when a branch fails, to TERMINATED when the failure goes up", async () => {
    const states: string[] = [];
    bench.script.onBranchResponse = ({ status, session }) => void states.push(`branch ${status} ${session.state}`);
    bench.script.onResponse = ({ status, session }) => void states.push(`${status} ${session.state}`);
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    const { session } = bench.script.request("INVITE");
    keep(session);
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.bob, 486);
    await bench.answer(bench.carol, 180);
    expect(session.state).toBe("EARLY");
    await bench.answer(bench.carol, 480);
    expect(states).toEqual(["180 EARLY", "branch 486 INITIAL", "180 EARLY", "branch 480 INITIAL", "486 INITIAL"]);
    expect(session.state).toBe("TERMINATED");
  });

  it("stay INITIAL with what makes no dialog", async () => {
    bench.proxyTo([bench.bob]);
    bench.script.onInitial = (request) => {
      keep(request.session);
      return request.getProxy().proxyTo(bench.uri(bench.bob));
    };
    await bench.call({ method: "MESSAGE" });
    await bench.answer(bench.bob, 200, { method: "MESSAGE" });
    const { session } = bench.script.request("MESSAGE");
    expect([session.state, session.isReadyToInvalidate]).toEqual(["INITIAL", true]);
  });

  it("are ready when confirmed off the path", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    const { session } = bench.script.request("INVITE");
    keep(session);
    await bench.answer(bench.bob, 180);
    expect(session.isReadyToInvalidate).toBe(false);
    await bench.answer(bench.bob, 200);
    expect([session.state, session.isReadyToInvalidate]).toEqual(["CONFIRMED", true]);
  });

  it("are not ready when confirmed on the path", async () => {
    await establish();
    const { session } = bench.script.request("ACK");
    expect([session.state, session.isReadyToInvalidate]).toEqual(["CONFIRMED", false]);
  });

  it.each([481, 408])("end with %i to a request of the dialog (RFC 5057)", async (status) => {
    await establish();
    const { session } = bench.script.request("ACK");
    keep(session);
    await bench.fromCaller("INFO");
    await bench.answer(bench.bob, status, { method: "INFO" });
    expect(session.state).toBe("TERMINATED");
  });

  it("live on when a BYE is challenged", async () => {
    await establish();
    await bench.fromCaller("BYE");
    await bench.answer(bench.bob, 407, { method: "BYE" });
    expect(bench.script.request("BYE").session.state).toBe("CONFIRMED");
  });

  it("live as long as a subscription in the dialog", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call({ method: "SUBSCRIBE", headers: { Event: "presence", Expires: "600" } });
    await bench.answer(bench.bob, 200, { method: "SUBSCRIBE" });
    const { session } = bench.script.request("SUBSCRIBE");
    keep(session);
    expect(session.state).toBe("CONFIRMED");
    const subscribe = bench.bob.last("SUBSCRIBE");
    bench.bob.sendRequest({
      method: "NOTIFY",
      uri: subscribe.contactUri,
      callId: subscribe.callId,
      fromTag: "bob-tag",
      toTag: subscribe.fromTag,
      route: subscribe.values("Record-Route"),
      headers: { Event: "presence", "Subscription-State": "terminated" },
    });
    await bench.settle();
    bench.alice.received.at(-1)?.reply(200);
    await bench.settle();
    expect(bench.script.heard).toEqual(["SUBSCRIBE", "200 SUBSCRIBE", "NOTIFY", "200 NOTIFY"]);
    expect(session.state).toBe("TERMINATED");
  });
});

describe("JSR 289 §6.2.3.2 forks through a record-routing proxy", () => {
  it("make a session for each dialog, with copies of the attributes", async () => {
    bench.script.onInitial = (request) => {
      request.session.setAttribute("plan", "gold");
      const proxy = request.getProxy();
      proxy.recordRoute = true;
      return proxy.proxyTo([bench.uri(bench.bob), bench.uri(bench.carol)]);
    };
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 180);
    const [first, second] = bench.script.responses.map(({ session }) => session);
    const original = bench.script.request("INVITE").session;
    expect(first).toBe(original);
    expect(second).not.toBe(original);
    expect(second?.applicationSession).toBe(original.applicationSession);
    expect([second?.getAttribute("plan"), second?.callId, second?.state]).toEqual(["gold", original.callId, "EARLY"]);
    expect(bench.script.responses[1]?.request).toBe(bench.script.request("INVITE"));
    if (second !== undefined) keep(second);
    keep(original);
    await bench.answer(bench.carol, 200);
    expect([original.state, second?.state]).toEqual(["TERMINATED", "CONFIRMED"]);
    await bench.acknowledge(bench.carol);
    expect(bench.script.request("ACK").session).toBe(second);
    await bench.fromCaller("BYE", bench.carol);
    await bench.answer(bench.carol, 200, { method: "BYE" });
    expect(second?.state).toBe("TERMINATED");
  });

  it("keep two answered calls apart", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    for (const phone of [bench.bob, bench.carol]) {
      phone.received.at(-1)?.reply(200, { toTag: `${phone.name}-tag` });
    }
    await bench.settle();
    const sessions = bench.script.responses.map(({ session }) => session);
    expect(new Set(sessions).size).toBe(2);
    for (const phone of [bench.bob, bench.carol]) await bench.acknowledge(phone);
    expect(bench.script.requests.slice(1).map(({ session }) => session)).toEqual(sessions);
    for (const phone of [bench.bob, bench.carol]) {
      await bench.fromCaller("BYE", phone);
      await bench.answer(phone, 200, { method: "BYE" });
    }
    expect(bench.lab.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("may come of a fork below a single branch; a 2xx that is late has its session, too", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    const invite = bench.bob.received.at(-1);
    invite?.reply(180, { toTag: "one" });
    invite?.reply(180, { toTag: "two" });
    await bench.settle();
    invite?.reply(200, { toTag: "one" });
    await bench.settle(5000);
    const early = bench.script.responses[1]?.session;
    expect(early?.state).toBe("EARLY");
    invite?.reply(200, { toTag: "two" });
    await bench.settle();
    expect(early?.state).toBe("CONFIRMED");
    expect(bench.script.responses.at(-1)?.session).toBe(early);
  });

  it("end early dialogs that nobody answered once no 2xx can come any more", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    const invite = bench.bob.received.at(-1);
    invite?.reply(180, { toTag: "one" });
    invite?.reply(180, { toTag: "two" });
    invite?.reply(200, { toTag: "one" });
    await bench.settle(32_100);
    expect(bench.lab.container.counts.dialogs).toBe(1);
    expect(bench.script.responses[1]?.session.isValid).toBe(false);
  });
});
