import { describe, expect, it } from "vitest";
import { countTests } from "./run-vitest.mjs";

const file = (/** @type {string} */ status, /** @type {string[]} */ ...tests) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe("counting tests", () => {
  it("adds up the files", () => {
    const files = [
      file("passed", "passed", "skipped", "pending", "todo"),
      file("failed", "passed", "failed", "failed"),
    ];
    expect(countTests(files)).toEqual({ passed: 2, failed: 2, skipped: 3 });
  });

  it("counts a file that did not load as one failure", () => {
    expect(countTests([file("failed"), file("failed", "passed")])).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });
});
