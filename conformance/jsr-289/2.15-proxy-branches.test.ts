import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obeyCancel, ProxyLab } from "./proxy-lab.js";

let bench: ProxyLab;

beforeEach(async () => {
  bench = await ProxyLab.start();
  for (const phone of [bench.bob, bench.carol, bench.dave]) obeyCancel(phone);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe("JSR 289 §10.2 targets of a proxy", () => {
  it("tries all targets at once by default: own Via, Request-URI of the target, one hop less", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    const invite = await bench.call();
    for (const phone of [bench.bob, bench.carol]) {
      const copy = phone.last("INVITE");
      expect(copy.requestUri).toBe(phone.uri);
      expect(copy.header("Max-Forwards")).toBe("69");
      expect(copy.values("Via")).toHaveLength(2);
      expect(copy.callId).toBe(invite.callId);
    }
    expect(bench.bob.last("INVITE").branch).not.toBe(bench.carol.last("INVITE").branch);
  });

  it("tries one after the other when it is not parallel", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    expect(bench.carol.messages("INVITE")).toEqual([]);
    await bench.answer(bench.bob, 486);
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([200]);
  });

  it.each([200, 600])("stops a sequential search with %i", async (status) => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    await bench.answer(bench.bob, status);
    expect(bench.carol.messages("INVITE")).toEqual([]);
    expect(bench.answers().at(-1)).toBe(status);
  });

  it("tries a target once, however often it is named", async () => {
    bench.proxyTo([bench.bob, bench.bob]);
    await bench.call();
    expect(bench.bob.messages("INVITE")).toHaveLength(1);
    expect(bench.proxy.proxyBranches).toHaveLength(1);
    expect(() => bench.proxy.proxyTo(bench.uri(bench.bob))).toThrow(code("argument.invalid"));
  });

  it("takes more targets while others ring", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.proxy.proxyTo(bench.uri(bench.carol));
    await bench.settle();
    expect(bench.carol.messages("INVITE")).toHaveLength(1);
    expect(bench.bob.messages("CANCEL")).toEqual([]);
  });

  it("makes branches that are changed one by one before they start", async () => {
    bench.script.onInitial = async (request) => {
      const proxy = request.getProxy();
      const [one, other] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri("sip:far@example.com")]);
      expect([one?.isStarted, one?.proxy, one?.request.requestUri.toString()]).toEqual([false, proxy, bench.bob.uri]);
      one?.request.setHeader("X-Branch", "one");
      other?.request.pushRoute(bench.uri(`${bench.carol.uri};lr`));
      request.setHeader("X-Both", "yes");
      await proxy.startProxy();
      expect(one?.isStarted).toBe(true);
      expect(() => one?.request.setHeader("X-Late", "1")).toThrow(code("state.committed"));
    };
    await bench.call();
    expect(bench.bob.last("INVITE").header("X-Branch")).toBe("one");
    const routed = bench.carol.last("INVITE");
    expect([routed.header("X-Branch"), routed.requestUri]).toEqual([undefined, "sip:far@example.com"]);
    expect(routed.values("Route")).toEqual([`<${bench.carol.uri};lr>`]);
  });

  it("sends what was pushed on the original request to all targets", async () => {
    bench.script.onInitial = (request) => {
      request.pushRoute(bench.uri(`${bench.dave.uri};lr`));
      return request.getProxy().proxyTo([bench.uri("sip:one@example.com"), bench.uri("tel:+4930123")]);
    };
    await bench.call();
    expect(bench.dave.messages("INVITE").map(({ requestUri }) => requestUri)).toEqual([
      "sip:one@example.com",
      "tel:+4930123",
    ]);
  });

  it("refuses what no proxy can reach, and nothing at all", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      expect(() => proxy.proxyTo(bench.factory.createUri("tel:+4930123"))).toThrow(code("argument.scheme"));
      expect(() => proxy.createProxyBranches([bench.factory.createUri("mailto:a@b")])).toThrow(code("argument.scheme"));
      expect(() => proxy.proxyTo(undefined as never)).toThrow(code("argument.missing"));
      expect(() => proxy.startProxy()).toThrow(code("state.proxy"));
      return request.createResponse(480).send();
    };
    await bench.call();
    expect(bench.answers()).toEqual([480]);
  });

  it("does not send a request for a sips URI to a sip one (RFC 5630 §5.3)", async () => {
    bench.script.onInitial = (request) => {
      expect(() => request.getProxy().proxyTo(bench.uri(bench.bob))).toThrow(code("argument.invalid"));
      return request.createResponse(480).send();
    };
    await bench.call({ uri: "sips:hunt@192.0.2.10" });
    expect(bench.answers()).toEqual([480]);
  });

  it("finds branches by their target, and tells their last response", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 486);
    const { proxy } = bench;
    expect(proxy.proxyBranches.map(({ response }) => response?.status)).toEqual([180, 486]);
    expect(proxy.getProxyBranch(bench.uri(bench.bob))).toBe(proxy.proxyBranches[0]);
    expect(proxy.getProxyBranch(bench.uri(bench.dave))).toBeUndefined();
  });

  it("is the same proxy for every message of the transaction", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    const { proxy } = bench;
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 486);
    expect(bench.script.responses.map((response) => response.proxy === proxy)).toEqual([true, true]);
    expect(bench.script.responses.map((response) => response.proxyBranch)).toEqual([...proxy.proxyBranches]);
    await bench.cancel();
    expect(bench.script.request("CANCEL").getProxy()).toBe(proxy);
    expect(proxy.originalRequest).toBe(bench.script.request("INVITE"));
    expect(bench.script.responses.at(-1)?.proxy).toBe(proxy);
  });
});

describe("JSR 289 §10.2 settings of proxy and branches", () => {
  it("hands its settings to branches made later; both change by themselves then", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      Object.assign(proxy, { recurse: false, recordRoute: true, proxyTimeout: 20 });
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob)]);
      expect([branch?.recurse, branch?.recordRoute, branch?.addToPath, branch?.proxyBranchTimeout]).toEqual([
        false,
        true,
        false,
        20,
      ]);
      proxy.recurse = true;
      expect(branch?.recurse).toBe(false);
      if (branch !== undefined) branch.recordRoute = false;
      return proxy.startProxy();
    };
    await bench.call();
    expect(bench.bob.last("INVITE").values("Record-Route")).toEqual([]);
  });

  it("knows the defaults", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    const { recurse, recordRoute, parallel, stateful, supervised, addToPath, noCancel, proxyTimeout } = bench.proxy;
    expect([recurse, recordRoute, parallel, stateful, supervised, addToPath, noCancel]).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(proxyTimeout).toBe(180);
  });

  it("refuses settings that come too late or make no sense", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob)]);
      for (const seconds of [0, -1, Number.NaN, 3_000_000]) {
        expect(() => (proxy.proxyTimeout = seconds)).toThrow(code("argument.invalid"));
      }
      expect(() => branch && (branch.proxyBranchTimeout = 181)).toThrow(code("argument.invalid"));
      expect(() => proxy.getRecordRouteUri()).toThrow(code("state.proxy"));
      expect(() => proxy.getPathUri()).toThrow(code("state.proxy"));
      expect(() => branch?.getRecordRouteUri()).toThrow(code("state.proxy"));
      proxy.parallel = false;
      if (branch !== undefined) branch.proxyBranchTimeout = 181;
      return proxy.startProxy();
    };
    await bench.call();
    const { proxy } = bench;
    const [branch] = proxy.proxyBranches;
    expect(() => (proxy.recordRoute = true)).toThrow(code("state.proxy"));
    expect(() => branch && (branch.recordRoute = true)).toThrow(code("state.proxy"));
    expect(() => branch && (branch.addToPath = true)).toThrow(code("state.proxy"));
    await bench.answer(bench.bob, 486);
    expect(() => proxy.proxyTo(bench.uri(bench.carol))).toThrow(code("state.proxy"));
    expect(() => proxy.startProxy()).toThrow(code("state.proxy"));
    expect(() => proxy.cancel()).toThrow(code("state.proxy"));
    expect(() => branch?.cancel()).toThrow(code("state.proxy"));
    expect(() => bench.script.request("INVITE").createResponse(200)).toThrow(code("state.transaction"));
  });
});
