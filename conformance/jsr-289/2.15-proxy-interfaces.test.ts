import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld } from "./container-lab.js";
import { ProxyLab, withoutKey } from "./proxy-lab.js";

let bench: ProxyLab;

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

beforeEach(async () => {
  const world = createWorld();
  const listen = ["192.0.2.10", "192.0.2.20", "192.0.2.30"].map((address) =>
    world.network.transport({ protocol: "udp", address, port: 5060 }),
  );
  bench = await ProxyLab.start({ listen }, world);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** Where a phone saw the request come from. */
function origin(phone: typeof bench.bob): (string | undefined)[] {
  const invite = phone.last("INVITE");
  return [phone.received[0]?.from.address, /UDP ([\d.]+)/.exec(invite.topVia)?.[1]];
}

describe("JSR 289 §14.2 outbound interfaces of a proxy", () => {
  it("leaves by the interface of the proxy", async () => {
    bench.proxyTo([bench.bob], (proxy) => proxy.setOutboundInterface("192.0.2.20"));
    await bench.call();
    expect(origin(bench.bob)).toEqual(["192.0.2.20", "192.0.2.20"]);
  });

  it("leaves by that of the branch, which counts more; the others take that of the session", async () => {
    bench.script.onInitial = (request) => {
      request.session.setOutboundInterface({ address: "192.0.2.20", port: 5060 });
      const proxy = request.getProxy();
      const [branch] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      branch?.setOutboundInterface("192.0.2.30");
      return proxy.startProxy();
    };
    await bench.call();
    expect(origin(bench.bob)).toEqual(["192.0.2.30", "192.0.2.30"]);
    expect(origin(bench.carol)).toEqual(["192.0.2.20", "192.0.2.20"]);
  });

  it("writes both sides into Record-Route when they differ, and goes by both in the dialog (RFC 5658)", async () => {
    bench.proxyTo([bench.bob], (proxy) => {
      proxy.recordRoute = true;
      proxy.setOutboundInterface("192.0.2.20");
    });
    await bench.call();
    expect(bench.bob.last("INVITE").values("Record-Route").map(withoutKey)).toEqual([
      "<sip:192.0.2.20:5060;lr;r2=on>",
      "<sip:192.0.2.10:5060;lr;r2=on>",
    ]);
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    await bench.fromCaller("INFO");
    expect(bench.bob.received.at(-1)?.from.address).toBe("192.0.2.20");
    await bench.answer(bench.bob, 200, { method: "INFO" });
    await bench.fromCallee("BYE");
    expect(bench.alice.received.at(-1)?.from.address).toBe("192.0.2.10");
    expect(bench.alice.last("BYE").values("Route")).toEqual([]);
  });

  it("refuses an address that is none of its own, none at all, and one that comes too late", async () => {
    bench.proxyTo([bench.bob], (proxy) => {
      expect(() => proxy.setOutboundInterface("192.0.2.99")).toThrow(code("argument.invalid"));
      expect(() => proxy.setOutboundInterface(undefined as never)).toThrow(code("argument.missing"));
    });
    await bench.call();
    const [branch] = bench.proxy.proxyBranches;
    expect(() => branch?.setOutboundInterface("192.0.2.20")).toThrow(code("state.proxy"));
    await bench.answer(bench.bob, 486);
    expect(() => bench.proxy.setOutboundInterface("192.0.2.20")).toThrow(code("state.proxy"));
  });
});
