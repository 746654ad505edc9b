import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { BackOff } from "./back-off.js";
import { KeyedSequence } from "./keyed-sequence.js";
import { refreshDelay } from "./refresh-delay.js";

describe("RFC 3261 §10.2.4 refreshDelay", () => {
  it.each([
    [3600, 3_240_000],
    [600, 540_000],
    [120, 88_000],
    [60, 30_000],
    [10, 5000],
    [4_294_967_295, 2_147_483_647],
  ])("refreshes what was granted for %d s after %d ms", (granted, delay) => {
    expect(refreshDelay(granted)).toBe(delay);
  });
});

describe("RFC 5626 §4.5 BackOff", () => {
  it("doubles up to the cap, half of it by chance, and starts again after a success", () => {
    const backOff = new BackOff({ random: createSeededRandom(5) });
    const longest = [60, 120, 240, 480, 960, 1800, 1800];
    for (const seconds of longest) {
      const wait = backOff.next() / 1000;
      expect(wait).toBeGreaterThanOrEqual(seconds / 2);
      expect(wait).toBeLessThanOrEqual(seconds);
    }
    backOff.reset();
    expect(backOff.next()).toBeLessThanOrEqual(60_000);
  });
});

describe("KeyedSequence", () => {
  it("costs no promise where nothing waits", () => {
    expect(new KeyedSequence().run("a", () => 7)).toBe(7);
  });

  it("does the work of one key in order, that of another at once, failures or not", async () => {
    const sequence = new KeyedSequence();
    const log: string[] = [];
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const first = sequence.run("a", async () => {
      await gate;
      throw new RangeError("broken");
    });
    const second = sequence.run("a", () => log.push("second"));
    sequence.run("b", () => log.push("other"));
    expect(log).toEqual(["other"]);
    release?.();
    await expect(first).rejects.toThrow("broken");
    await second;
    expect(log).toEqual(["other", "second"]);
    expect(sequence.run("a", () => 1)).toBe(1);
  });
});
