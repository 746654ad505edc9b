import { describe, expect, it } from "vitest";
import { median, quantile } from "./statistics.js";

describe("medians and quantiles", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("finds the middle of %j", (values, middle) => expect(median(values)).toBe(middle));

  it("has no middle of nothing", () => expect(median([])).toBeNaN());

  it("reads between two values where none is there", () => {
    const values = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect([0, 0.5, 0.95, 0.99, 1].map((share) => quantile(values, share))).toEqual([0, 50, 95, 99, 100]);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it("leaves what it is given as it was", () => {
    const values = [2, 1];
    median(values);
    expect(values).toEqual([2, 1]);
  });
});
