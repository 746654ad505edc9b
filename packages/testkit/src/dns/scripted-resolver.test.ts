import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.js";
import { dnsResolverCases, dnsResolverZone } from "./dns-resolver-cases.js";
import { ScriptedResolver } from "./scripted-resolver.js";

describe("ScriptedResolver", () => {
  describe("as every resolver", () => {
    it.each(dnsResolverCases)("$title", async ({ prepare, check }) => {
      const resolver = new ScriptedResolver({ clock: new ManualClock(), zone: dnsResolverZone });
      prepare?.(resolver.script);
      await check(resolver);
    });
  });

  describe("beyond that", () => {
    it("tells the negative TTL: the smaller of TTL and minimum of the SOA, RFC 2308 §5", async () => {
      const resolver = new ScriptedResolver({ clock: new ManualClock(), zone: dnsResolverZone });
      expect(await resolver.resolveA("absent.resolver.test")).toEqual({
        kind: "negative",
        reason: "nxdomain",
        ttl: 60,
      });
    });

    it("answers late on the clock, and never when silent", async () => {
      const clock = new ManualClock();
      const resolver = new ScriptedResolver({ clock, zone: "a.test. A 192.0.2.1" });
      const settled: string[] = [];
      resolver.script.on({}, { kind: "silence" }).on({ name: "a.test" }, { kind: "answer", delay: 100 });
      void resolver.resolveA("a.test").then(() => settled.push("a"));
      void resolver.resolveA("b.test").then(() => settled.push("b"));
      await clock.advanceAsync(99);
      expect(settled).toEqual([]);
      await clock.advanceAsync(10_000);
      expect(settled).toEqual(["a"]);
    });

    it("writes down what it is asked", async () => {
      const resolver = new ScriptedResolver({ clock: new ManualClock() });
      await resolver.resolveNaptr("example.com");
      await resolver.resolveAaaa("example.com");
      expect(resolver.asked).toEqual(["NAPTR example.com", "AAAA example.com"]);
    });
  });
});
