import { describe, expect, it } from "vitest";
import { createSeededRandom } from "./seeded-random.js";

describe("createSeededRandom", () => {
  it("repeats itself for the same seed", () => {
    const [first, second] = [createSeededRandom(7), createSeededRandom(7)];
    for (let drawn = 0; drawn < 2000; drawn++) expect(first.token(64)).toBe(second.token(64));
    expect(first.integer(1000)).toBe(second.integer(1000));
  });

  it("differs for another seed", () => {
    expect(createSeededRandom(1).token(64)).not.toBe(createSeededRandom(2).token(64));
  });

  it("repeats no token within a run", () => {
    const random = createSeededRandom();
    expect(new Set(Array.from({ length: 10_000 }, () => random.token(64))).size).toBe(10_000);
  });
});
