import { createSeededRandom } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SrvRecord } from "./dns/dns-resolver.js";
import { compareSrv, orderSrv } from "./order-srv.js";

function srv(priority: number, weight: number, target: string): SrvRecord {
  return { priority, weight, port: 5060, target, ttl: 60 };
}

const random = createSeededRandom(3);
const draw = (max: number): number => random.integer(max);

/** How often each target came first. */
function countFirst(records: readonly SrvRecord[], rounds: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const target = orderSrv(records, draw)[0]?.target ?? "";
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return counts;
}

describe("RFC 2782 order of SRV records", () => {
  describe("priority", () => {
    it("comes before weight", () => {
      const records = [srv(20, 65_535, "c"), srv(10, 0, "a"), srv(15, 1, "b")];
      expect(orderSrv(records, draw).map(({ target }) => target)).toEqual(["a", "b", "c"]);
    });

    it("leaves what was given as it was", () => {
      const records = Object.freeze([srv(20, 0, "b"), srv(10, 0, "a")]);
      orderSrv(records, draw);
      expect(records.map(({ target }) => target)).toEqual(["b", "a"]);
    });
  });

  describe("weight", () => {
    it("gives each server its share of first places", () => {
      const counts = countFirst([srv(1, 60, "a"), srv(1, 20, "b"), srv(1, 20, "c")], 10_000);
      expect(counts.get("a")).toBeGreaterThan(5_800);
      expect(counts.get("a")).toBeLessThan(6_200);
      expect(counts.get("b")).toBeGreaterThan(1_850);
      expect(counts.get("b")).toBeLessThan(2_150);
    });

    it("gives each server its share, whatever the weights and their order", () => {
      const weights = fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 2, maxLength: 5 });
      fc.assert(
        fc.property(weights, (list) => {
          const total = list.reduce((sum, weight) => sum + weight, 0);
          const rounds = 2_000;
          const counts = countFirst(
            list.map((weight, index) => srv(1, weight, `${index}`)),
            rounds,
          );
          for (const [index, weight] of list.entries()) {
            const share = weight / total;
            const deviation = Math.sqrt(rounds * share * (1 - share));
            expect(Math.abs((counts.get(`${index}`) ?? 0) - rounds * share)).toBeLessThan(6 * deviation + 1);
          }
        }),
        { numRuns: 30 },
      );
    });

    it("draws the second place among those left", () => {
      const seconds = Array.from({ length: 4_000 }, () =>
        orderSrv([srv(1, 1, "a"), srv(1, 3, "b"), srv(1, 4, "c")], draw),
      )
        .filter(([first]) => first?.target === "c")
        .map(([, second]) => second?.target);
      const share = seconds.filter((target) => target === "b").length / seconds.length;
      expect(share).toBeGreaterThan(0.7);
      expect(share).toBeLessThan(0.8);
    });

    it("of zero gives a very small chance beside others", () => {
      const counts = countFirst([srv(1, 0, "zero"), srv(1, 1, "one")], 20_000);
      expect(counts.get("zero")).toBeGreaterThan(0);
      expect(counts.get("zero")).toBeLessThan(100);
    });

    it("of zero for all gives equal chances", () => {
      const counts = countFirst([srv(1, 0, "a"), srv(1, 0, "b")], 4_000);
      expect(Math.abs((counts.get("a") ?? 0) - 2_000)).toBeLessThan(200);
    });
  });

  it("loses and doubles nothing, and keeps priorities sorted", () => {
    const field = fc.integer({ min: 0, max: 65_535 });
    const record = fc.tuple(fc.integer({ min: 0, max: 3 }), field, fc.string()).map((parts) => srv(...parts));
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const ordered = orderSrv(records, draw);
        expect(ordered.toSorted(compareSrv)).toEqual(records.toSorted(compareSrv));
        expect(ordered.map(({ priority }) => priority)).toEqual(
          records.map(({ priority }) => priority).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
