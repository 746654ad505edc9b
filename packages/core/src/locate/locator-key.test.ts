import { ManualClock, ScriptedResolver, createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { Locator, type LocatorOptions } from "./locator.js";

function createLocator(zone: string, options: Partial<LocatorOptions> = {}): Locator {
  const clock = new ManualClock();
  const resolver = new ScriptedResolver({ clock, zone });
  return new Locator({ clock, resolver, random: createSeededRandom(1), protocols: ["udp", "tcp", "tls"], ...options });
}

async function shown(locator: Locator, key: string): Promise<readonly string[]> {
  const hops = await locator.locate({ secure: false, host: "x.test" }, { key });
  return hops.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`);
}

describe("RFC 3263 §4.4 Locator with a key", () => {
  const records = Array.from({ length: 8 }, (_, index) => `_sip._udp.x.test. 60 SRV 1 10 5060 s${index}.x.test.`);
  const hosts = Array.from(
    { length: 8 },
    (_, index) => `s${index}.x.test. A 192.0.2.${index}\ns${index}.x.test. A 192.0.2.1${index}`,
  );

  it("gives the same order for the same key, though the DNS rotates its answers", async () => {
    const forwards = createLocator([...records, ...hosts].join("\n"));
    const backwards = createLocator([...records.toReversed(), ...hosts.join("\n").split("\n").toReversed()].join("\n"));
    for (const key of ["z9hG4bK1", "z9hG4bK2", "z9hG4bK3"]) {
      const hops = await shown(forwards, key);
      expect(await shown(forwards, key)).toEqual(hops);
      expect(await shown(backwards, key)).toEqual(hops);
    }
  });

  it("gives different keys different servers", async () => {
    const locator = createLocator([...records, ...hosts].join("\n"));
    const firsts = new Set<string | undefined>();
    for (let index = 0; index < 200; index++) firsts.add((await shown(locator, `branch-${index}`))[0]);
    expect(firsts.size).toBe(16);
  });

  it("keeps the preferred family first", async () => {
    const zone = "x.test. A 192.0.2.1\nx.test. AAAA 2001:db8::1\nx.test. A 192.0.2.2";
    const locator = createLocator(zone, { families: [6, 4] });
    for (let index = 0; index < 20; index++) {
      expect((await shown(locator, `${index}`))[0]).toBe("udp 2001:db8::1 5060");
    }
  });
});
