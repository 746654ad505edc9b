import { equal, SipServlet, SipServletBase, type SipApplicationRouterInfo } from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ChainApplication, ChainLab, definitionOf, proxy, RecordingRouter, userAgent } from "./chain-lab.js";
import { nothingHeld } from "./container-lab.js";

const own = "sip:app@192.0.2.10";

/** A container with two applications, whose router gives one answer first and then names none. */
async function start(info: SipApplicationRouterInfo | undefined, applications = [userAgent("one"), userAgent("two")]) {
  const router = new RecordingRouter([]);
  router.answer = (_index, request) => (router.asked[0]?.request === request ? info : {});
  const bench = await ChainLab.start(applications, { router });
  return Object.assign(bench, { router });
}

describe("JSR 289 §15.4.1 step 2: an answer that is none", () => {
  it.each([
    ["undefined", () => undefined],
    [
      "a throw",
      () => {
        throw new RangeError("no idea");
      },
    ],
    ["a rejected promise", () => Promise.reject(new RangeError("no idea"))],
    ["an application that is not deployed", () => ({ nextApplicationName: "three" })],
    ["ROUTE without a route", () => ({ nextApplicationName: "one", routeModifier: "ROUTE" as const })],
    ["ROUTE with what is no URI", () => ({ routeModifier: "ROUTE" as const, routes: ["not a uri"] })],
    ["ROUTE_BACK with a tel URI", () => ({ routeModifier: "ROUTE_BACK" as const, routes: ["<tel:+1234>"] })],
    [
      "a state that cannot leave",
      () => ({ routeModifier: "ROUTE_BACK" as const, routes: ["sip:192.0.2.20;lr"], stateInfo: 1n }),
    ],
  ])("is 500 for the request: %s", async (_name, answer) => {
    await using bench = await start(undefined);
    bench.router.answer = answer;
    await bench.invite();
    expect(bench.status).toBe(500);
    expect(bench.path).toEqual([]);
    expect(bench.lab.log.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("is a 500 for the application that sends as well", async () => {
    const one = proxy("one");
    await using bench = await start({ nextApplicationName: "one" }, [one]);
    bench.router.answer = (_index, _request) =>
      bench.router.asked.length === 1 ? { nextApplicationName: "one" } : undefined;
    await bench.invite();
    expect(one.responses.filter(({ isBranchResponse }) => !isBranchResponse).map(({ status }) => status)).toEqual([
      500,
    ]);
    expect(bench.status).toBe(500);
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});

describe("JSR 289 §15.4.1 step 4: no application is left", () => {
  it("sends the request on when it is for another domain", async () => {
    await using bench = await start({});
    bench.callee.on("INVITE", (incoming) => void incoming.reply(200));
    await bench.invite();
    expect(bench.status).toBe(200);
    expect(bench.callee.last("INVITE").values("Via")).toHaveLength(2);
    expect(bench.callee.last("INVITE").header("Max-Forwards")).toBe("69");
  });

  it("sends the request on when a Route leads out", async () => {
    await using bench = await start({});
    bench.callee.on("INVITE", (incoming) => void incoming.reply(200));
    await bench.invite({ uri: own, route: ["<sip:192.0.2.10;lr>", "<sip:192.0.2.20;lr>"] });
    expect(bench.callee.last("INVITE").values("Route")).toEqual(["<sip:192.0.2.20;lr>"]);
  });

  it("[§2.1] answers 404 without Retry-After when the request would come back", async () => {
    await using bench = await start({});
    await bench.invite({ uri: own });
    expect(bench.status).toBe(404);
    expect(bench.caller.last("404").header("Retry-After")).toBeUndefined();
  });

  it("[§2.1] answers 404 when what an application sends would come back", async () => {
    await using bench = await start({ nextApplicationName: "one" }, [proxy("one")]);
    await bench.invite({ uri: own });
    expect(bench.status).toBe(404);
    expect(bench.path).toEqual(["one INVITE"]);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("cancels what it sent on, and finds no loop where there is none", async () => {
    await using bench = await start({});
    bench.callee.on("INVITE", (incoming) => void incoming.reply(180));
    bench.callee.on("CANCEL", (incoming) => void incoming.reply(200));
    const invite = await bench.invite();
    const { callId, topVia, requestUri, fromTag } = invite;
    bench.caller.sendRequest({ method: "CANCEL", uri: requestUri, callId, via: topVia, fromTag });
    await bench.settle();
    expect(bench.callee.messages("CANCEL")).toHaveLength(1);
  });
});

describe("JSR 289 §15.4.1 a router that takes its time", () => {
  it("is waited for, and its answer followed", async () => {
    const one = userAgent("one");
    await using bench = await start(undefined, [one]);
    let answer: (info: SipApplicationRouterInfo) => void = () => {};
    bench.router.answer = () => new Promise((resolve) => (answer = resolve));
    await bench.invite();
    expect(bench.path).toEqual([]);
    await bench.settle(250);
    expect(bench.status).toBe(100);
    answer({ nextApplicationName: "one" });
    await bench.settle();
    expect(bench.status).toBe(200);
  });

  it("is heard no more once the caller has cancelled", async () => {
    await using bench = await start(undefined, [userAgent("one")]);
    let answer: (info: SipApplicationRouterInfo) => void = () => {};
    bench.router.answer = () => new Promise((resolve) => (answer = resolve));
    const { callId, topVia, requestUri, fromTag } = await bench.invite();
    bench.caller.sendRequest({ method: "CANCEL", uri: requestUri, callId, via: topVia, fromTag });
    await bench.settle();
    expect(bench.caller.messages("487")).toHaveLength(1);
    answer({ nextApplicationName: "one" });
    await bench.settle();
    expect(bench.path).toEqual([]);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("may be cancelled between two applications", async () => {
    const one = proxy("one");
    await using bench = await start(undefined, [one, userAgent("two")]);
    let answer: (info: SipApplicationRouterInfo) => void = () => {};
    bench.router.answer = (index) =>
      index === 0 ? { nextApplicationName: "one", stateInfo: 1 } : new Promise((resolve) => (answer = resolve));
    const { callId, topVia, requestUri, fromTag } = await bench.invite();
    bench.caller.sendRequest({ method: "CANCEL", uri: requestUri, callId, via: topVia, fromTag });
    await bench.settle();
    answer({ nextApplicationName: "two" });
    await bench.settle();
    expect(bench.path).toEqual(["one INVITE", "one CANCEL"]);
    expect(bench.caller.messages("487")).toHaveLength(1);
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});

describe("JSR 289 §11.2.1 an application without a servlet for the request", () => {
  @SipServlet({ name: "main" })
  class Main extends SipServletBase {}
  const picky = {
    name: "picky",
    servlets: [Main],
    servletMappings: [{ servletName: "main", pattern: equal("request.method", "REGISTER") }],
  };

  it("[K] is passed over: the router is asked for the next one", async () => {
    const two = userAgent("two");
    const router = new RecordingRouter(["picky", "two"]);
    await using bench = await ChainLab.start([two], { router, applications: [picky, definitionOf(two)] });
    await bench.invite();
    expect(bench.status).toBe(200);
    expect(router.asked.map(({ state }) => [state.directive, state.stateInfo])).toEqual([
      ["NEW", undefined],
      ["CONTINUE", 1],
    ]);
  });

  it("ends with 500 when the router names it for ever", async () => {
    const router = new RecordingRouter([]);
    router.answer = () => ({ nextApplicationName: "picky" });
    await using bench = await ChainLab.start([], { router, applications: [picky] });
    await bench.invite();
    expect(bench.status).toBe(500);
  });
});

describe("JSR 289 §2.1 loops come to an end", () => {
  it("without a router, an application that proxies to its own container", async () => {
    const one = new ChainApplication("one", (request) => request.getProxy().proxyTo(request.requestUri));
    await using bench = await ChainLab.start([one], { router: undefined });
    await bench.invite({ uri: own });
    await bench.settle(1000);
    expect([482, 483]).toContain(bench.status);
    expect(one.requests.length).toBeLessThanOrEqual(71);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("with a router that names the same application each time", async () => {
    const one = new ChainApplication("one", (request) => request.getProxy().proxyTo(request.requestUri));
    const router = new RecordingRouter([]);
    router.answer = () => ({ nextApplicationName: "one" });
    await using bench = await ChainLab.start([one], { router });
    await bench.invite();
    await bench.settle(1000);
    expect([482, 483]).toContain(bench.status);
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});
