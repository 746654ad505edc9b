import { describe, expect, it } from "vitest";
import { createKeyedDraw } from "./keyed-draw.js";

function draws(key: string, count: number, max: number): number[] {
  const draw = createKeyedDraw(key);
  return Array.from({ length: count }, () => draw(max));
}

describe("RFC 3263 §4.4 keyed draw", () => {
  it("gives the same numbers for the same key", () => {
    expect(draws("z9hG4bK776asdhds;1", 20, 1000)).toEqual(draws("z9hG4bK776asdhds;1", 20, 1000));
  });

  it("gives the same numbers in every version: several engines must agree", () => {
    expect(draws("a84b4c76e66710", 5, 100)).toMatchInlineSnapshot(`
      [
        5,
        75,
        80,
        94,
        36,
      ]
    `);
  });

  it("stays below the bound", () => {
    for (const max of [1, 2, 3, 65_536_000]) {
      const sound = draws(`${max}`, 200, max).filter(
        (number) => number >= 0 && number < max && Number.isInteger(number),
      );
      expect(sound).toHaveLength(200);
    }
  });

  it("spreads keys that differ by one character", () => {
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 8_000; index++) {
      const [bucket = 0] = draws(`call-${index}@host`, 1, 4);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});
