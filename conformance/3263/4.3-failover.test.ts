import { describe, expect, it } from "vitest";
import type { HopCursor } from "@siplet/core";
import { LocationLab, showHop } from "./location-lab.js";

const zone = `
  _sip._udp.example.com. SRV 10 60 5060 one.example.com.
  _sip._udp.example.com. SRV 10 20 5060 two.example.com.
  _sip._udp.example.com. SRV 10 20 5060 three.example.com.
  _sip._udp.example.com. SRV 20 0 5060 backup.example.com.
  one.example.com. A 192.0.2.1
  two.example.com. A 192.0.2.2
  three.example.com. A 192.0.2.3
  backup.example.com. A 192.0.2.9
`;

const target = { secure: false, host: "example.com", transport: "udp" };

function remaining(cursor: HopCursor): readonly string[] {
  const hops: string[] = [];
  for (let hop = cursor.next(); hop; hop = cursor.next()) hops.push(showHop(hop));
  return hops;
}

describe("RFC 3263 §4.3 details of the RFC 2782 process", () => {
  it("spreads requests by weight and keeps the backup for last", async () => {
    await using lab = await LocationLab.start(zone);
    const firsts = new Map<string, number>();
    for (let index = 0; index < 2_000; index++) {
      const hops = await lab.locate(target);
      expect(hops[3]).toBe("udp 192.0.2.9:5060");
      firsts.set(hops[0] ?? "", (firsts.get(hops[0] ?? "") ?? 0) + 1);
    }
    expect(firsts.get("udp 192.0.2.1:5060")).toBeGreaterThan(1_100);
    expect(firsts.get("udp 192.0.2.1:5060")).toBeLessThan(1_300);
    expect(firsts.get("udp 192.0.2.2:5060")).toBeGreaterThan(300);
    expect(firsts.get("udp 192.0.2.3:5060")).toBeGreaterThan(300);
  });

  it("goes on to the next server, each once, when one fails", async () => {
    await using lab = await LocationLab.start(zone);
    const hops = await lab.locator.locate(target);
    const cursor = lab.locator.cursor(hops);
    const tried = [cursor.next(), cursor.next()].map((hop) => hop && showHop(hop));
    expect([...tried, ...remaining(cursor)]).toEqual(hops.map(showHop));
  });

  it("tries a dead server last in requests to come, then again in turn", async () => {
    await using lab = await LocationLab.start(zone);
    const hops = await lab.locator.locate(target);
    for (const hop of hops) if (hop.host === "one.example.com") lab.locator.reportFailure(hop);
    const later = await lab.locator.locate(target);
    expect(remaining(lab.locator.cursor(later)).at(-1)).toBe("udp 192.0.2.1:5060");
    lab.clock.advance(30_000);
    expect(remaining(lab.locator.cursor(later))).toEqual(later.map(showHop));
  });

  it("bars the server of a 503 with Retry-After for that time, and no other of the domain", async () => {
    await using lab = await LocationLab.start(zone);
    const hops = await lab.locator.locate(target);
    const others = hops.slice(1);
    for (const hop of hops.slice(0, 1)) lab.locator.reportFailure(hop, { retryAfter: 120 });
    expect(remaining(lab.locator.cursor(hops))).toEqual(others.map(showHop));
    lab.clock.advance(120_000);
    expect(remaining(lab.locator.cursor(hops))).toEqual(hops.map(showHop));
  });
});
