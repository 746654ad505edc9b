import { ManualClock, ScriptedResolver } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { NextHop } from "./hop/next-hop.js";
import { Locator, type LocatorOptions } from "./locator.js";

const zone = `
  $ORIGIN example.com.
  @            NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp
  _sips._tcp   SRV 0 1 5061 server1
  _sip._udp    SRV 0 1 5070 server1
  server1      A 192.0.2.1
  server1      AAAA 2001:db8::1
  plain        A 192.0.2.10
  plain        A 192.0.2.11
`;

function setUp(options: Partial<LocatorOptions> = {}): { resolver: ScriptedResolver; locator: Locator } {
  const clock = new ManualClock();
  const resolver = new ScriptedResolver({ clock, zone });
  return { resolver, locator: new Locator({ clock, resolver, protocols: ["udp", "tcp", "tls"], ...options }) };
}

function show({ protocol, address, port }: NextHop): string {
  return `${protocol} ${address} ${port}`;
}

describe("RFC 3263 §5 Locator for responses", () => {
  it("takes the sent-by port or the default of the transport for an address", () => {
    const { locator } = setUp();
    expect(locator.locateResponse({ protocol: "udp", host: "192.0.2.4", port: 5090 })).toMatchObject([{ port: 5090 }]);
    expect(locator.locateResponse({ protocol: "tls", host: "[::1]" })).toMatchObject([{ port: 5061, address: "::1" }]);
  });

  it("looks up addresses only when there is a port", async () => {
    const { locator, resolver } = setUp();
    const hops = await locator.locateResponse({ protocol: "tcp", host: "server1.example.com", port: 5099 });
    expect(hops.map(show)).toEqual(["tcp 192.0.2.1 5099", "tcp 2001:db8::1 5099"]);
    expect(resolver.asked).toEqual(["A server1.example.com", "AAAA server1.example.com"]);
  });

  it.each([
    ["udp", "_sip._udp", "udp 192.0.2.1 5070"],
    ["tls", "_sips._tcp", "tls 192.0.2.1 5061"],
  ] as const)("over %s looks up %s without port, and no NAPTR", async (protocol, prefix, hop) => {
    const { locator, resolver } = setUp();
    const hops = await locator.locateResponse({ protocol, host: "example.com" });
    expect(hops.map(show)[0]).toBe(hop);
    expect(resolver.asked[0]).toBe(`SRV ${prefix}.example.com`);
    expect(resolver.asked).not.toContain("NAPTR example.com");
  });

  it("falls back to addresses and the default port", async () => {
    const hops = await setUp().locator.locateResponse({ protocol: "udp", host: "plain.example.com" });
    expect(hops.map(show)).toEqual(["udp 192.0.2.10 5060", "udp 192.0.2.11 5060"]);
  });

  it.each(["ws", "wss"] as const)("has no way for %s but the connection", (protocol) => {
    const { locator } = setUp({ protocols: ["udp", "ws", "wss"] });
    const failure = expect.objectContaining({ code: "locate.unsupported" });
    expect(() => locator.locateResponse({ protocol, host: "example.com" })).toThrow(failure);
  });

  it("has no way over a transport that is not there", () => {
    const { locator } = setUp({ protocols: ["udp"] });
    const failure = expect.objectContaining({ code: "locate.unsupported" });
    expect(() => locator.locateResponse({ protocol: "tcp", host: "a.test" })).toThrow(failure);
  });
});
