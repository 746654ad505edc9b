import { ORIGINATING_REGION, SipFactory, TERMINATING_REGION, type SipServletRequest } from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { backToBack, ChainApplication, ChainLab, proxy, RecordingRouter, userAgent } from "./chain-lab.js";

/** What a router was asked, without the requests. */
const statesOf = (router: RecordingRouter): unknown[] => router.asked.map(({ state }) => state);

const first = { directive: "NEW", region: undefined, targetedRequestInfo: undefined, stateInfo: undefined };

/** A router that gives each application a region. */
function regionalRouter(): RecordingRouter {
  const router = new RecordingRouter([]);
  router.answer = (index) => {
    if (index === 0) return { nextApplicationName: "one", routingRegion: ORIGINATING_REGION, stateInfo: 1 };
    if (index === 1) return { nextApplicationName: "two", routingRegion: TERMINATING_REGION, stateInfo: 2 };
    return {};
  };
  return router;
}

describe("JSR 289 §15.4.1 what the router is asked", () => {
  it.each([
    ["a proxy", proxy("one")],
    ["a B2BUA", backToBack("one")],
  ])("is NEW for the network, then CONTINUE with region and state of the step before, after %s", async (_name, one) => {
    const router = regionalRouter();
    await using bench = await ChainLab.start([one, userAgent("two")], { router });
    await bench.invite();
    expect(bench.status).toBe(200);
    expect(statesOf(router)).toEqual([
      first,
      { directive: "CONTINUE", region: ORIGINATING_REGION, targetedRequestInfo: undefined, stateInfo: 1 },
    ]);
  });

  it("is one question for each branch of a proxy", async () => {
    const router = regionalRouter();
    const one = new ChainApplication("one", (request) => {
      const [first_, second] = ["a", "b"].map((user) => bench.factory("one").createUri(`sip:${user}@192.0.2.20`));
      return first_ && second && request.getProxy().proxyTo([first_, second]);
    });
    await using bench = await startWithFactory([one, userAgent("two")], router);
    await bench.chain.invite();
    expect(router.asked.map(({ request }) => String(request.requestUri)).slice(1)).toEqual([
      "sip:a@192.0.2.20",
      "sip:b@192.0.2.20",
    ]);
  });

  it.each([
    ["CONTINUE", 1, ORIGINATING_REGION],
    ["REVERSE", 1, ORIGINATING_REGION],
    ["NEW", undefined, undefined],
  ] as const)("is what a request says by its directive: %s", async (directive, stateInfo, region) => {
    const router = regionalRouter();
    const one = sendsAnother((copy, request) => copy.setRoutingDirective(directive, request));
    await using bench = await startWithFactory([one.application, userAgent("two")], router);
    one.use(bench.factory("one"));
    await bench.chain.invite();
    const { state } = router.asked[1] ?? {};
    expect(state).toEqual({ directive, region, targetedRequestInfo: undefined, stateInfo });
  });

  it("is NEW for a request of an application that follows none", async () => {
    const router = regionalRouter();
    await using bench = await startWithFactory([userAgent("one"), userAgent("two")], router);
    const factory = bench.factory("two");
    const request = factory.createRequest(factory.createApplicationSession(), "MESSAGE", "sip:me@a.example", bench.uri);
    await request.send();
    await bench.chain.settle();
    expect(statesOf(router)).toEqual([first]);
    expect(bench.chain.path).toEqual(["one MESSAGE"]);
  });

  it("is not asked about what belongs to a dialog, nor about CANCEL and ACK", async () => {
    const router = regionalRouter();
    await using bench = await ChainLab.start([proxy("one"), userAgent("two")], { router });
    const call = await bench.call();
    await call.send("INFO", 2);
    await call.send("BYE", 3);
    expect(router.asked).toHaveLength(2);
  });

  it("comes with the request, which the router may read and not change", async () => {
    const router = regionalRouter();
    await using bench = await ChainLab.start([proxy("one"), userAgent("two")], { router });
    await bench.invite({ headers: { "X-Note": "hello" } });
    const { request } = router.asked[0] ?? {};
    expect(request?.getHeader("X-Note")).toBe("hello");
    expect(request?.isInitial).toBe(true);
    expect(() => request?.setHeader("X-Note", "other")).toThrow(expect.objectContaining({ code: "state.committed" }));
    expect(() => request?.session).toThrow();
  });

  it("shows the application before as the hop before, and the caller as the one outside", async () => {
    const router = regionalRouter();
    const two = userAgent("two");
    await using bench = await ChainLab.start([proxy("one"), two], { router });
    await bench.invite();
    const request = two.request();
    expect([request.isInternallyRouted, request.remoteAddr, request.remotePort]).toEqual([true, "192.0.2.10", 5060]);
    expect([request.initialRemoteAddr, request.initialRemotePort, request.initialTransport]).toEqual([
      "192.0.2.2",
      5060,
      "UDP",
    ]);
    expect(router.asked[1]?.request.initialRemoteAddr).toBe("192.0.2.2");
  });
});

describe("JSR 289 §15.4 region and subscriber", () => {
  it("are on the request and its session", async () => {
    const router = regionalRouter();
    router.answer = () => ({
      nextApplicationName: "one",
      routingRegion: TERMINATING_REGION,
      subscriberUri: "sip:bob@example.com",
    });
    const one = userAgent("one");
    await using bench = await ChainLab.start([one], { router });
    await bench.invite();
    const request = one.request();
    expect(request.getRegion()).toEqual(TERMINATING_REGION);
    expect(String(request.getSubscriberUri())).toBe("sip:bob@example.com");
    expect(request.session.getRegion()).toEqual(TERMINATING_REGION);
    expect(String(request.session.getSubscriberUri())).toBe("sip:bob@example.com");
  });

  it("takes a subscriber that is no SIP or tel URI for none, and says so", async () => {
    const router = regionalRouter();
    router.answer = () => ({ nextApplicationName: "one", subscriberUri: "Alice" });
    const one = userAgent("one");
    await using bench = await ChainLab.start([one], { router });
    await bench.invite();
    expect(one.request().getSubscriberUri()).toBeUndefined();
    expect(bench.lab.log.some(({ text }) => text.includes('"Alice"'))).toBe(true);
  });
});

describe("JSR 289 §15.11 targeted requests", () => {
  it("tell the router whom an encoded URI means, and its word counts", async () => {
    const router = new RecordingRouter([]);
    router.answer = (index) => ({ nextApplicationName: index === 0 ? "one" : "two", stateInfo: index + 1 });
    const [one, two] = [userAgent("one"), userAgent("two")];
    await using bench = await startWithFactory([one, two], router);
    const session = bench.factory("one").createApplicationSession();
    const uri = bench.factory("one").createSipUri("app", "192.0.2.10");
    session.encodeUri(uri);
    await bench.chain.invite({ uri: String(uri) });
    expect(router.asked[0]?.state.targetedRequestInfo).toEqual({ type: "ENCODED_URI", applicationName: "one" });
    expect(one.request().applicationSession).toBe(session);
    router.answer = () => ({ nextApplicationName: "two" });
    await bench.chain.invite({ uri: String(uri) });
    expect(two.request().applicationSession).not.toBe(session);
  });

  it.each([
    ["Join", "JOIN"],
    ["Replaces", "REPLACES"],
  ] as const)("tell the router whom a %s means", async (name, type) => {
    const router = new RecordingRouter(["one"]);
    const one = userAgent("one");
    await using bench = await ChainLab.start([one], { router });
    const invite = await bench.invite();
    const { session } = one.request();
    const toTag = bench.caller.last("200").toTag ?? "";
    await bench.invite({ headers: { [name]: `${invite.callId};to-tag=${toTag};from-tag=alice-tag` } });
    expect(router.asked[1]?.state.targetedRequestInfo).toEqual({ type, applicationName: "one" });
    expect(one.request().session).not.toBe(session);
    expect(one.request().applicationSession).toBe(session.applicationSession);
  });
});

/** A chain whose applications' factories a test may use. */
async function startWithFactory(applications: readonly ChainApplication[], router: RecordingRouter) {
  const chain = await ChainLab.start(applications, { router });
  return {
    chain,
    uri: chain.callee.uri,
    factory: (name: string) => chain.lab.container.bean(name, SipFactory),
    [Symbol.asyncDispose]: () => chain[Symbol.asyncDispose](),
  };
}

/** An application that answers by itself and sends a request of its own, made ready by the test. */
function sendsAnother(prepare: (copy: SipServletRequest, original: SipServletRequest) => void) {
  let factory: SipFactory | undefined;
  const application = new ChainApplication("one", async (request) => {
    await request.createResponse(200).send();
    if (factory === undefined || request.method !== "INVITE") return;
    const copy = factory.createRequest(request.applicationSession, "MESSAGE", "sip:me@a.example", "sip:you@192.0.2.20");
    prepare(copy, request);
    await copy.send();
  });
  return { application, use: (given: SipFactory) => (factory = given) };
}
