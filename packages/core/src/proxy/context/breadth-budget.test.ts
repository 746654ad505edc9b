import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { BreadthBudget } from "./breadth-budget.js";

describe("RFC 5393 §5.3.3 BreadthBudget", () => {
  it.each([
    [undefined, 1, 0, [60]],
    [60, 7, 0, [9, 9, 9, 9, 8, 8, 8]],
    [3, 5, 0, [1, 1, 1]],
    [0, 2, 0, []],
    [61, 1, 0, [60]],
    [10, 1, 4, [6]],
    [10, 2, 9, [1, 1]],
    [4, 2, 100, [1, 1]],
  ])("of %s shares among %i, %i kept, %j", (total, count, reserve, shares) => {
    expect(new BreadthBudget(total).take(count, reserve)).toEqual(shares);
  });

  it("shares what comes back", () => {
    const budget = new BreadthBudget(5);
    budget.take(1);
    expect(budget.take(1)).toEqual([]);
    budget.giveBack(5);
    expect(budget.take(2)).toEqual([3, 2]);
  });

  it("never gives more than there is, nor less than 1", () => {
    const numbers = fc.tuple(
      fc.integer({ min: 0, max: 80 }),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 0, max: 80 }),
    );
    fc.assert(
      fc.property(numbers, ([total, count, reserve]) => {
        const budget = new BreadthBudget(total);
        const before = budget.free;
        const shares = budget.take(count, reserve);
        const sum = shares.reduce((all, share) => all + share, 0);
        return shares.every((share) => share >= 1) && sum + budget.free === before && budget.free >= 0;
      }),
    );
  });
});
