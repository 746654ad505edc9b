import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PooledRandomSource } from "./pooled-random-source.js";
import { systemRandom } from "./system-random.js";

/** A source whose n-th filling is all n, so that a test sees which bytes were handed out. */
function countingSource(): { source: PooledRandomSource; fillings: () => number } {
  let fillings = 0;
  return {
    source: new PooledRandomSource((pool) => pool.fill(++fillings)),
    fillings: () => fillings,
  };
}

/** A source that repeats the given bytes through its pool. */
function patternSource(pattern: readonly number[]): PooledRandomSource {
  return new PooledRandomSource((pool) => {
    for (const index of pool.keys()) pool[index] = pattern[index % pattern.length] ?? 0;
  });
}

describe("PooledRandomSource", () => {
  describe("when a token is drawn", () => {
    it("gives lower-case hex of as many digits as the bits need", () => {
      const source = patternSource([0xab, 0xcd, 0xef, 0x01]);
      expect(source.token(64)).toBe("abcdef01abcdef01");
      expect(source.token(32)).toBe("abcdef01");
      expect(source.token(20)).toBe("abcde");
      expect(source.token(0)).toBe("");
    });

    it("writes two digits for each byte asked as hex", () => {
      expect(patternSource([0x00, 0x0f]).hex(4)).toBe("000f000f");
    });

    it("has the asked length and alphabet for every size", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2048 }), (bits) => {
          const token = systemRandom.token(bits);
          expect(token).toHaveLength(Math.ceil(bits / 4));
          expect(token).toMatch(/^[0-9a-f]+$/);
        }),
      );
    });
  });

  describe("when the pool runs dry", () => {
    it("fills it once per 4096 bytes", () => {
      const { source, fillings } = countingSource();
      for (let drawn = 0; drawn < 4096; drawn += 8) source.token(64);
      expect(fillings()).toBe(1);
      expect(source.token(64)).toBe("0202020202020202");
      expect(fillings()).toBe(2);
    });

    it("never hands out a byte twice", () => {
      let next = 0;
      const source = new PooledRandomSource((pool) => {
        const words = new DataView(pool.buffer, pool.byteOffset, pool.byteLength);
        for (let at = 0; at < pool.length; at += 4) words.setUint32(at, next++);
      });
      const seen = new Set<string>();
      for (let drawn = 0; drawn < 5000; drawn++) seen.add(source.token(32));
      expect(seen.size).toBe(5000);
    });
  });

  describe("when a number is drawn", () => {
    it("stays below the limit for every limit", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 47 }), (max) => {
          const value = systemRandom.integer(max);
          expect(Number.isInteger(value) && value >= 0 && value < max).toBe(true);
        }),
      );
    });

    it("throws away words that would favour small numbers", () => {
      const source = patternSource([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05]);
      expect(source.integer(10)).toBe(5);
    });

    it("reaches every value of a small range", () => {
      const seen = new Set(Array.from({ length: 1000 }, () => systemRandom.integer(6)));
      expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    });
  });
});
