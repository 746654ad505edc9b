import { SipFactory, type SipApplicationRouterInfo, type SipServletRequest } from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ChainApplication, ChainLab, proxy, RecordingRouter, userAgent } from "./chain-lab.js";

const own = (user: string): string => `<sip:${user}@192.0.2.10;lr>`;

/** The Routes of ours that a request shows: that of this hop, and that of the chain. */
const poppedOf = (request: SipServletRequest | undefined): (string | undefined)[] => [
  request?.poppedRoute && String(request.poppedRoute),
  request?.initialPoppedRoute && String(request.initialPoppedRoute),
];

/** A router that names two applications, the first one by this answer. */
function routerOf(first: SipApplicationRouterInfo): RecordingRouter {
  const router = new RecordingRouter([]);
  router.answer = (index) => {
    if (index === 0) return { stateInfo: 1, ...first };
    return index === 1 ? { nextApplicationName: "two", stateInfo: 2 } : {};
  };
  return router;
}

describe("JSR 289 §15.6.1 popped routes", () => {
  it("are none without a Route of ours", async () => {
    const router = routerOf({ nextApplicationName: "one" });
    const [one, two] = [proxy("one"), userAgent("two")];
    await using bench = await ChainLab.start([one, two], { router });
    await bench.invite({ route: ["<sip:192.0.2.20;lr>"] });
    expect([router.asked[0]?.request, one.request(), two.request()].map(poppedOf)).toEqual(
      Array.from({ length: 3 }, () => [undefined, undefined]),
    );
  });

  it("[K] are that of the network for the router and all applications; what is behind it stays", async () => {
    const router = routerOf({ nextApplicationName: "one" });
    const [one, two] = [proxy("one"), userAgent("two")];
    await using bench = await ChainLab.start([one, two], { router });
    await bench.invite({ route: [own("a"), "<sip:192.0.2.20;lr>"] });
    for (const request of [...router.asked.map((each) => each.request), one.request(), two.request()]) {
      expect(poppedOf(request)).toEqual([own("a"), own("a")]);
      expect(request.getHeader("Route")).toBe("<sip:192.0.2.20;lr>");
    }
  });

  it("are what an application pushed, for the router's next question and the next application", async () => {
    const router = routerOf({ nextApplicationName: "one" });
    const one = new ChainApplication("one", (request) => {
      request.pushRoute(factory().createAddress(own("c")));
      return request.getProxy().proxyTo(request.requestUri);
    });
    const two = userAgent("two");
    await using bench = await ChainLab.start([one, two], { router });
    const factory = () => bench.lab.container.bean("one", SipFactory);
    await bench.invite({ route: [own("a")] });
    expect([router.asked[1]?.request, two.request()].map(poppedOf)).toEqual([
      [own("c"), own("a")],
      [own("c"), own("a")],
    ]);
    expect(two.request().getHeader("Route")).toBeUndefined();
  });

  it("are what the router put in their place: ROUTE to ourselves", async () => {
    const router = routerOf({ nextApplicationName: "one", routeModifier: "ROUTE", routes: ["sip:x@192.0.2.10;lr"] });
    const one = userAgent("one");
    await using bench = await ChainLab.start([one], { router });
    await bench.invite({ route: [own("a")] });
    expect(poppedOf(one.request())).toEqual(["<sip:x@192.0.2.10;lr>", own("a")]);
  });
});

describe("JSR 289 §15.4.1 step 3 ROUTE out of the container", () => {
  it("pushes all routes in their order, and no application gets the request", async () => {
    const routes = ["sip:192.0.2.20;lr", "sip:192.0.2.30;lr"];
    const router = routerOf({ nextApplicationName: "one", routeModifier: "ROUTE", routes });
    await using bench = await ChainLab.start([userAgent("one")], { router });
    bench.callee.on("INVITE", (incoming) => void incoming.reply(200));
    await bench.invite({ uri: "sip:bob@example.net" });
    expect(bench.status).toBe(200);
    expect(bench.path).toEqual([]);
    expect(bench.callee.last("INVITE").values("Route")).toEqual(["<sip:192.0.2.20;lr>", "<sip:192.0.2.30;lr>"]);
  });

  it("holds for what an application sends", async () => {
    const router = new RecordingRouter([]);
    router.answer = (index) =>
      index === 0
        ? { nextApplicationName: "one", stateInfo: 1 }
        : { routeModifier: "ROUTE", routes: ["sip:192.0.2.20;lr"] };
    await using bench = await ChainLab.start([proxy("one")], { router });
    bench.callee.on("INVITE", (incoming) => void incoming.reply(200));
    await bench.invite({ uri: "sip:bob@example.net" });
    expect(bench.callee.last("INVITE").values("Route")).toEqual(["<sip:192.0.2.20;lr>"]);
    expect(bench.status).toBe(200);
  });
});

describe("JSR 289 §15.4.1 ROUTE_BACK", () => {
  it("leaves by the routes and comes back to us, where the selection goes on with the router's state", async () => {
    const router = new RecordingRouter([]);
    const states: unknown[] = [];
    router.getNextApplication = (_request, { stateInfo, directive }) => {
      states.push([directive, stateInfo]);
      return stateInfo === undefined
        ? { routeModifier: "ROUTE_BACK", routes: ["sip:192.0.2.20;lr"], stateInfo: { step: "outside", n: 1 } }
        : { nextApplicationName: "one" };
    };
    const one = userAgent("one");
    await using bench = await ChainLab.start([one], { router });
    bench.callee.on("INVITE", (incoming) => void incoming.reply(100));
    await bench.invite({ uri: "sip:bob@example.net" });
    const [first, back] = bench.callee.last("INVITE").values("Route");
    expect(first).toBe("<sip:192.0.2.20;lr>");
    expect(back).toMatch(/^<sip:192\.0\.2\.10:5060;lr;rb=[\w.-]+>$/);
    const returned = { method: "INVITE", uri: "sip:bob@example.net", callId: "back@lab", fromTag: "x" } as const;
    bench.callee.sendRequest({ ...returned, route: back === undefined ? [] : [back] });
    await bench.settle();
    expect(states).toEqual([
      ["NEW", undefined],
      ["NEW", { step: "outside", n: 1 }],
    ]);
    expect(bench.path).toEqual(["one INVITE"]);
    expect(String(one.request().poppedRoute)).toContain("rb=");
  });

  it("takes no state that somebody else has written", async () => {
    const router = new RecordingRouter(["one"]);
    await using bench = await ChainLab.start([userAgent("one")], { router });
    const state = Buffer.from(JSON.stringify({ stateInfo: 7 })).toString("base64url");
    await bench.invite({ route: [`<sip:192.0.2.10;lr;rb=${state}.AAAAAAAAAAAAAAAA>`] });
    expect(router.asked[0]?.state.stateInfo).toBeUndefined();
  });
});

describe("JSR 289 §15.3 what the router hears of the container", () => {
  it("is its start, what is deployed and undeployed, and the end, once each and in order", async () => {
    const router = new RecordingRouter(["one"]);
    const bench = await ChainLab.start([userAgent("one"), userAgent("two")], { router });
    await bench.lab.container.deploy({ name: "three", servlets: [] }).catch(() => undefined);
    await bench.lab.container.undeploy("two");
    await bench[Symbol.asyncDispose]();
    expect(router.events[0]).toBe("init");
    expect(router.events[1]).toBe("deployed one,two");
    expect(router.events).toContain("undeployed two");
    expect(router.events.at(-1)).toBe("destroy");
    expect(router.events.filter((event) => event === "init")).toHaveLength(1);
  });

  it("comes to a router that takes over while the container runs; calls under way stay with the one before", async () => {
    const before = new RecordingRouter(["one", "two"]);
    const one = new ChainApplication("one", () => undefined);
    const two = userAgent("two");
    await using bench = await ChainLab.start([one, two], { router: before });
    await bench.invite();
    const after = new RecordingRouter(["two"]);
    await bench.lab.container.setRouter(after);
    expect(after.events).toEqual(["init", "deployed one,two"]);
    const request = one.request();
    await request.getProxy().proxyTo(request.requestUri);
    await bench.settle();
    expect(before.asked).toHaveLength(2);
    expect(bench.path).toEqual(["one INVITE", "two INVITE"]);
    await bench.invite();
    expect(after.asked).toHaveLength(1);
    expect(bench.path.at(-1)).toBe("two INVITE");
  });

  it("leaves the router as it was when the new one refuses", async () => {
    const router = new RecordingRouter(["one"]);
    await using bench = await ChainLab.start([userAgent("one")], { router });
    const broken = new RecordingRouter([]);
    broken.init = () => {
      throw new RangeError("not today");
    };
    await expect(bench.lab.container.setRouter(broken)).rejects.toThrow("not today");
    await bench.invite();
    expect(router.asked).toHaveLength(1);
  });
});
