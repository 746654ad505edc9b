import { describe, expect, it } from "vitest";
import type { LoadResult } from "../load/load-result.js";
import { follows, processesFor } from "./saturation.js";

const good: LoadResult = { successful: 3000, failed: 0, retransmitted: 0, seconds: 3, latencies: [] };

describe("finding where a server is saturated", () => {
  it.each([
    [good, true],
    [{ ...good, failed: 1 }, false],
    [{ ...good, retransmitted: 30 }, true],
    [{ ...good, retransmitted: 31 }, false],
    [{ ...good, seconds: 3.4 }, false],
  ])("judges %j as %s", (result, expected) => expect(follows(result, 1000)).toBe(expected));

  it("gives SIPp as many processes as the rate needs", () => {
    expect([1, 3000, 3001, 12_000].map(processesFor)).toEqual([1, 1, 2, 4]);
  });
});
