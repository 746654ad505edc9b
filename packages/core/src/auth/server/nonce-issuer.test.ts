import { ManualClock, createSeededRandom } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NonceIssuer } from "./nonce-issuer.js";

const binding = "biloxi.example.com\u0000192.0.2.201";
const key = Buffer.from("0123456789abcdef0123456789abcdef");

function issuerAt(clock: ManualClock, options: { keys?: Uint8Array[]; lifetime?: number } = {}): NonceIssuer {
  return new NonceIssuer({ clock, random: createSeededRandom(clock.now()), ...options });
}

describe("RFC 7616 §3.3 nonce", () => {
  describe("when it is fresh", () => {
    it("is known to its issuer until its lifetime is over", () => {
      const clock = new ManualClock(1_000_000);
      const issuer = issuerAt(clock, { lifetime: 30_000 });
      const nonce = issuer.issue(binding);
      expect(issuer.check(nonce, binding)).toEqual({ kind: "fresh", nonce, issuedAt: 1_000_000, expiresAt: 1_030_000 });
      clock.advance(29_999);
      expect(issuer.check(nonce, binding).kind).toBe("fresh");
      clock.advance(1);
      expect(issuer.check(nonce, binding).kind).toBe("expired");
    });

    it("is never the same twice", () => {
      const issuer = issuerAt(new ManualClock());
      expect(new Set(Array.from({ length: 1000 }, () => issuer.issue(binding))).size).toBe(1000);
    });

    it("is known to another engine with the same key", () => {
      const clock = new ManualClock(1_000_000);
      const nonce = issuerAt(clock, { keys: [key] }).issue(binding);
      expect(issuerAt(clock, { keys: [Buffer.alloc(16), key] }).check(nonce, binding).kind).toBe("fresh");
      expect(issuerAt(clock).check(nonce, binding).kind).toBe("unknown");
    });

    it("may come from an engine whose clock is a little ahead, but not from tomorrow", () => {
      const clock = new ManualClock(1_000_000);
      const here = issuerAt(clock, { keys: [key] });
      const little = issuerAt(new ManualClock(1_059_000), { keys: [key] }).issue(binding);
      const tomorrow = issuerAt(new ManualClock(87_400_000), { keys: [key] }).issue(binding);
      expect(here.check(little, binding).kind).toBe("fresh");
      expect(here.check(tomorrow, binding).kind).toBe("expired");
    });
  });

  describe("when it was tampered with", () => {
    const issuer = issuerAt(new ManualClock(1_000_000));
    const nonce = issuer.issue(binding);

    it("is unknown for another binding", () => {
      expect(issuer.check(nonce, "biloxi.example.com\u0000198.51.100.1").kind).toBe("unknown");
    });

    it("is unknown in another spelling of the same bytes", () => {
      const padded = `${nonce.slice(0, -1)}=`;
      const standard = nonce.replaceAll("-", "+").replaceAll("_", "/");
      expect(issuer.check(padded, binding).kind).toBe("unknown");
      expect(standard === nonce || issuer.check(standard, binding).kind === "unknown").toBe(true);
      expect(issuer.check(` ${nonce}`, binding).kind).toBe("unknown");
    });

    it("is unknown after any change", () => {
      fc.assert(
        fc.property(
          fc.nat(nonce.length - 1),
          fc.constantFrom("A", "b", "0", "-", "_", "+", "/", "=", "é", "\0"),
          (place, character) => {
            const changed = nonce.slice(0, place) + character + nonce.slice(place + 1);
            expect(issuer.check(changed, binding).kind).toBe(changed === nonce ? "fresh" : "unknown");
          },
        ),
      );
    });

    it("is unknown if it is any other text", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => issuer.check(text, "").kind === "unknown"),
      );
    });
  });

  describe("when the key is rotated", () => {
    it("stays good until its lifetime is over, and new ones are signed with the new key", () => {
      const clock = new ManualClock(1_000_000);
      const issuer = issuerAt(clock, { lifetime: 30_000, keys: [key] });
      const old = issuer.issue(binding);
      const next = Buffer.alloc(32, 7);
      issuer.rotate(next);
      expect(issuer.check(old, binding).kind).toBe("fresh");
      expect(issuerAt(clock, { keys: [next] }).check(issuer.issue(binding), binding).kind).toBe("fresh");
      clock.advance(30_001);
      expect(issuer.check(old, binding).kind).toBe("unknown");
    });

    it("survives several rotations within its lifetime", () => {
      const issuer = issuerAt(new ManualClock(1_000_000));
      const old = issuer.issue(binding);
      for (let count = 0; count < 5; count++) issuer.rotate();
      expect(issuer.check(old, binding).kind).toBe("fresh");
    });
  });

  describe("when the keys are no good", () => {
    it("refuses none, and short ones", () => {
      expect(() => new NonceIssuer({ keys: [] })).toThrow(/no nonce key/);
      expect(() => new NonceIssuer({ keys: [Buffer.alloc(8)] })).toThrow(/at least 16/);
    });
  });
});
