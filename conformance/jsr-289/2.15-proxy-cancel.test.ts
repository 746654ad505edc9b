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

describe("JSR 289 §10.2.6 CANCEL from upstream", () => {
  it("answers it by 200, cancels all branches, then tells the application; 487 comes from the branches", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 183);
    await bench.cancel({ Reason: 'SIP;cause=487;text="Changed my mind"' });
    expect(bench.answers("CANCEL")).toEqual([200]);
    expect(bench.bob.last("CANCEL").header("Reason")).toBe('SIP;cause=487;text="Changed my mind"');
    expect(bench.carol.messages("CANCEL")).toHaveLength(1);
    expect(bench.script.heard).toEqual([
      "INVITE",
      "180 INVITE",
      "183 INVITE",
      "CANCEL",
      "branch 487 INVITE",
      "branch 487 INVITE",
      "487 INVITE",
    ]);
    expect(bench.answers()).toEqual([180, 183, 487]);
  });

  it("waits with the CANCEL of a branch that has not rung (RFC 3261 §9.1)", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.cancel();
    expect(bench.bob.messages("CANCEL")).toEqual([]);
    await bench.answer(bench.bob, 180);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.answers().at(-1)).toBe(487);
  });

  it("starts no branch that waits for its turn", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.cancel();
    expect(bench.carol.messages("INVITE")).toEqual([]);
    expect(bench.answers()).toEqual([180, 487]);
  });

  it("is answered as by a user agent before anything was sent on", async () => {
    const failures: unknown[] = [];
    let go: () => void = () => undefined;
    bench.script.onInitial = async (request) => {
      const proxy = request.getProxy();
      await new Promise<void>((resolve) => (go = resolve));
      try {
        await proxy.proxyTo(bench.uri(bench.bob));
      } catch (error) {
        failures.push(error);
      }
    };
    await bench.call();
    await bench.cancel();
    expect([bench.answers("CANCEL"), bench.answers()]).toEqual([[200], [487]]);
    go();
    await bench.settle();
    expect(failures).toEqual([code("state.proxy")]);
    expect(bench.bob.received).toEqual([]);
    expect(bench.script.heard).toEqual(["INVITE", "CANCEL"]);
  });

  it("has no effect once the call was answered", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 200);
    await bench.cancel();
    expect(bench.answers("CANCEL")).toEqual([200]);
    expect(bench.script.heard).toEqual(["INVITE", "200 INVITE"]);
    expect(bench.bob.messages("CANCEL")).toEqual([]);
  });

  it("lets a 200 win that crosses it", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    bench.bob.received.find(({ message }) => message.method === "INVITE")?.reply(200, { toTag: "bob-tag" });
    await bench.cancel();
    expect(bench.answers()).toEqual([180, 200]);
  });
});

describe("JSR 289 §10.2.6 Proxy.cancel", () => {
  const reason = { protocol: "SIP", code: 487, text: 'say "no"' };

  it("cancels what rings, with reasons, starts nothing more and answers nothing by itself", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.proxy.cancel([reason, { protocol: "Q.850", code: 16 }]);
    await bench.settle();
    expect(bench.bob.last("CANCEL").values("Reason")).toEqual(['SIP;cause=487;text="say \\"no\\""', "Q.850;cause=16"]);
    expect(bench.carol.messages("INVITE")).toEqual([]);
    expect(bench.answers()).toEqual([180, 487]);
  });

  it("takes the best of what comes, also a 200", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.proxy.cancel();
    await bench.answer(bench.bob, 200);
    expect(bench.answers()).toEqual([180, 200]);
  });

  it("lets the application go on elsewhere afterwards", async () => {
    bench.script.onResponse = ({ status, proxy }) =>
      status === 487 ? proxy?.proxyTo(bench.uri(bench.carol)) : undefined;
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.proxy.cancel();
    await bench.settle();
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([180, 200]);
  });

  it("drops branches that were made and not started", async () => {
    bench.script.onInitial = async (request) => {
      const proxy = request.getProxy();
      proxy.createProxyBranches([bench.uri(bench.bob)]);
      await proxy.cancel();
      expect(() => proxy.startProxy()).toThrow(code("state.proxy"));
      await request.createResponse(480).send();
    };
    await bench.call();
    expect(bench.bob.received).toEqual([]);
    expect(bench.answers()).toEqual([480]);
  });
});

describe("JSR 289 §10.2.6 ProxyBranch.cancel", () => {
  it("cancels one branch alone, with reasons", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 180);
    await bench.proxy.proxyBranches[0]?.cancel([{ protocol: "SIP", code: 200 }]);
    await bench.settle();
    expect(bench.bob.last("CANCEL").header("Reason")).toBe("SIP;cause=200");
    expect(bench.carol.messages("CANCEL")).toEqual([]);
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([180, 180, 200]);
  });

  it("keeps a branch from starting", async () => {
    bench.script.onInitial = async (request) => {
      const proxy = request.getProxy();
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      await branch?.cancel();
      await proxy.startProxy();
    };
    await bench.call();
    expect([bench.bob.received.length, bench.carol.received.length]).toEqual([0, 1]);
  });

  it("goes on to the next of a sequential search", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.proxy.proxyBranches[0]?.cancel();
    await bench.settle();
    expect(bench.carol.messages("INVITE")).toHaveLength(1);
  });
});

describe("JSR 289 §10.2.3 time", () => {
  it("gives each target of a sequential search its time, counts it as 408 and goes on", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => Object.assign(proxy, { parallel: false, proxyTimeout: 10 }));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.settle(9_999);
    expect(bench.bob.messages("CANCEL")).toEqual([]);
    await bench.settle(1);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.carol.messages("INVITE")).toHaveLength(1);
    expect(bench.script.heard.at(-1)).toBe("branch 408 INVITE");
    await bench.answer(bench.carol, 180);
    await bench.settle(10_000);
    expect(bench.answers().at(-1)).toBe(408);
  });

  it("gives all targets of a parallel search one time together; then the best wins", async () => {
    bench.proxyTo([bench.bob, bench.carol, bench.dave], (proxy) => void (proxy.proxyTimeout = 10));
    await bench.call();
    await bench.answer(bench.bob, 486);
    await bench.answer(bench.carol, 180);
    await bench.answer(bench.dave, 180);
    await bench.settle(10_000);
    expect(bench.carol.messages("CANCEL")).toHaveLength(1);
    expect(bench.dave.messages("CANCEL")).toHaveLength(1);
    expect(bench.answers().at(-1)).toBe(486);
  });

  it("gives a branch of a parallel search a shorter time of its own", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      if (branch !== undefined) branch.proxyBranchTimeout = 5;
      return proxy.startProxy();
    };
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.carol, 180);
    await bench.settle(5000);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.carol.messages("CANCEL")).toEqual([]);
    await bench.answer(bench.carol, 200);
    expect(bench.answers().at(-1)).toBe(200);
  });

  it("takes its time from the application", async () => {
    await bench[Symbol.asyncDispose]();
    bench = await ProxyLab.start();
    bench.proxyTo([bench.bob], (proxy) => void (proxy.sequentialSearchTimeout = 7));
    await bench.call();
    expect(bench.proxy.proxyTimeout).toBe(7);
  });

  it("has timer C beside it: begun anew by each provisional, it ends what rings for ever", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.proxyTimeout = 10_000));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.settle(180_000);
    await bench.answer(bench.bob, 180);
    await bench.settle(180_000);
    expect(bench.bob.messages("CANCEL")).toEqual([]);
    await bench.settle(1000);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    expect(bench.answers().at(-1)).toBe(408);
  });
});
