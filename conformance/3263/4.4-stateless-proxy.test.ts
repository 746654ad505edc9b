import { describe, expect, it } from "vitest";
import { LocationLab } from "./location-lab.js";

const names = ["one", "two", "three", "four"];
const hosts = names.map((name, index) => `${name}.example.com. 5 A 192.0.2.${index}`).join("\n");

function records(order: readonly string[]): string {
  return order.map((name) => `_sip._udp.example.com. 5 SRV 1 25 5060 ${name}.example.com.`).join("\n");
}

describe("RFC 3263 §4.4 stateless proxies", () => {
  it("send every copy of a request to the same server, also from another engine and a rotated answer", async () => {
    await using one = await LocationLab.start(`${records(names)}\n${hosts}`);
    await using other = await LocationLab.start(`${records(names.toReversed())}\n${hosts}`);
    for (let index = 0; index < 50; index++) {
      const key = `z9hG4bK${index}|call-${index}@host|${index} INVITE`;
      const hops = await one.locate({}, { key });
      expect(await one.locate({}, { key })).toEqual(hops);
      expect(await other.locate({}, { key })).toEqual(hops);
    }
  });

  it("send different requests to all servers in proportion", async () => {
    await using lab = await LocationLab.start(`${records(names)}\n${hosts}`);
    const counts = new Map<string | undefined, number>();
    for (let index = 0; index < 2_000; index++) {
      const [first] = await lab.locate({}, { key: `z9hG4bK${index}` });
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  });
});
