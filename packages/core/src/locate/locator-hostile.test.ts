import { ManualClock } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEngineError } from "../errors/engine-error.js";
import type { DnsAnswer, DnsResolver } from "./dns/dns-resolver.js";
import { Locator } from "./locator.js";

describe("Locator on hostile ground", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("", ".", "s", "SIP+D2U", "SIPS+D2T", "x.test", "192.0.2.1", "::1"),
  );
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 5060, 65_535));
  const record = fc.oneof(
    fc.record({ address: text, ttl: number }),
    fc.record({ priority: number, weight: number, port: number, target: text, ttl: number }),
    fc.record({
      order: number,
      preference: number,
      flags: text,
      service: text,
      regexp: text,
      replacement: text,
      ttl: number,
    }),
    fc.anything(),
  );
  const answer = fc.oneof(
    fc.record({ kind: fc.constant("records"), records: fc.array(record) }),
    fc.record({ kind: fc.constantFrom("negative", "failure"), reason: fc.anything(), ttl: fc.anything() }),
    fc.anything(),
  );
  const target = fc.record(
    {
      secure: fc.boolean(),
      host: fc.oneof(text, fc.constant("x.test")),
      port: fc.option(number, { nil: undefined }),
      transport: fc.option(text, { nil: undefined }),
    },
    { requiredKeys: ["secure", "host"] },
  );

  it("ends in sound hops or an error of its own", async () => {
    await fc.assert(
      fc.asyncProperty(target, fc.array(answer, { minLength: 1 }), async (wanted, answers) => {
        let turn = 0;
        const next = (): Promise<DnsAnswer<never>> =>
          Promise.resolve(answers[turn++ % answers.length] as DnsAnswer<never>);
        const resolver: DnsResolver = { resolveA: next, resolveAaaa: next, resolveNaptr: next, resolveSrv: next };
        const locator = new Locator({
          clock: new ManualClock(),
          resolver,
          protocols: ["udp", "tcp", "tls", "ws", "wss"],
        });
        try {
          const hops = await locator.locate(wanted);
          expect(hops.length).toBeGreaterThan(0);
          for (const { port, address } of hops) expect(port > 0 && port < 65_536 && address !== "").toBe(true);
        } catch (error) {
          if (!isEngineError(error)) throw error;
          expect(error.code).toMatch(/^locate\./);
        }
      }),
      { numRuns: 500 },
    );
  });
});
