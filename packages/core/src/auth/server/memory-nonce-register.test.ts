import { ManualClock } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryNonceRegister } from "./memory-nonce-register.js";

function useOf(nonce: string, count: number | undefined, issuedAt = 0) {
  return { nonce, count, issuedAt, expiresAt: issuedAt + 30_000 };
}

describe("RFC 7616 §3.4 nonce count", () => {
  describe("without a window", () => {
    it("has to rise, with gaps allowed", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0) });
      const counts = [1, 1, 2, 10, 9, 10, 11, 0xffffffff, 0xffffffff];
      expect(counts.map((count) => register.admit(useOf("n", count)))).toEqual([
        true,
        false,
        true,
        true,
        false,
        false,
        true,
        true,
        false,
      ]);
    });

    it("counts each nonce for itself", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0) });
      expect(register.admit(useOf("a", 5))).toBe(true);
      expect(register.admit(useOf("b", 1))).toBe(true);
    });

    it("begins with one", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0) });
      expect(register.admit(useOf("n", 0))).toBe(false);
      expect(register.admit(useOf("n", 1))).toBe(true);
      expect(register.admit(useOf("n", 0))).toBe(false);
    });
  });

  describe("with a window", () => {
    it("lets requests overtake each other, once each", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0), window: 4 });
      const counts = [1, 4, 2, 3, 3, 2, 8, 4, 5, 6, 5, 0];
      expect(counts.map((count) => register.admit(useOf("n", count)))).toEqual([
        true,
        true,
        true,
        true,
        false,
        false,
        true,
        false,
        true,
        true,
        false,
        false,
      ]);
    });

    it("admits no count twice and none outside, whatever the order", () => {
      const window = fc.integer({ min: 0, max: 40 });
      fc.assert(
        fc.property(window, fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 200 }), (width, counts) => {
          const register = new MemoryNonceRegister({ clock: new ManualClock(0), window: width });
          const seen = new Set<number>();
          for (const count of counts) {
            const highest = Math.max(0, ...seen);
            const expected = !seen.has(count) && (count > highest || highest - count < Math.min(32, width));
            expect(register.admit(useOf("n", count))).toBe(expected);
            if (expected) seen.add(count);
          }
        }),
      );
    });
  });

  describe("without qop", () => {
    it("uses the nonce up", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0), window: 8 });
      expect(register.admit(useOf("n", undefined))).toBe(true);
      expect(register.admit(useOf("n", undefined))).toBe(false);
      expect(register.admit(useOf("n", 1))).toBe(false);
      expect(register.admit(useOf("n", 0xffffffff))).toBe(false);
    });

    it("finds a nonce that was counted before used up", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0) });
      register.admit(useOf("n", 1));
      expect(register.admit(useOf("n", undefined))).toBe(false);
    });
  });

  describe("when it is full", () => {
    it("drops what has expired first", () => {
      const clock = new ManualClock(0);
      const register = new MemoryNonceRegister({ clock, capacity: 3 });
      for (const nonce of ["a", "b", "c"]) register.admit(useOf(nonce, 1));
      clock.advance(30_000);
      expect(register.admit(useOf("d", 1, 30_000))).toBe(true);
      expect(register.size).toBe(1);
      expect(register.admit(useOf("e", 1, 5))).toBe(true);
    });

    it("stays within its capacity and never opens a replay", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0), capacity: 10 });
      for (let issued = 1; issued <= 100; issued++) expect(register.admit(useOf(`n${issued}`, 1, issued))).toBe(true);
      expect(register.size).toBe(10);
      for (let issued = 1; issued <= 100; issued++) expect(register.admit(useOf(`n${issued}`, 1, issued))).toBe(false);
    });

    it("counts nonces as old as a forgotten one as used, and later ones not", () => {
      const register = new MemoryNonceRegister({ clock: new ManualClock(0), capacity: 1 });
      register.admit(useOf("a", 1, 10));
      register.admit(useOf("b", 1, 20));
      expect(register.admit(useOf("never seen", 1, 9))).toBe(false);
      expect(register.admit(useOf("c", 1, 11))).toBe(true);
    });
  });
});
