import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { substitute } from "./substitute.js";

const raw = String.raw;

describe("RFC 3402 §3.2 substitution expressions", () => {
  describe("apply", () => {
    it.each([
      ["!^.*$!sip:info@example.com!", "+12025552600", "sip:info@example.com"],
      [raw`!^\+1(.*)$!sip:\1@example.com!`, "+12025552600", "sip:2025552600@example.com"],
      [raw`!^(.*)$!sip:\1@example.com;user=phone!`, "+4689761234", "sip:+4689761234@example.com;user=phone"],
      [raw`/^\+(46)(8.*)$/tel:+\1-\2/`, "+4689761234", "tel:+46-89761234"],
      [raw`!^(A+)$!\1\1!i`, "aA", "aAaA"],
      [raw`!^(a)|(b)$!<\1\2>!`, "b", "<b>"],
      [raw`!^.*$!\\\!\x!`, "a", raw`\!x`],
      [raw`|^a\|b$|x|`, "a|b", "x"],
      [raw`!^(.)(.)(.)(.)(.)(.)(.)(.)(.)$!\9\8\7\6\5\4\3\2\1\0!`, "123456789", "9876543210"],
      ["!^.*$!!", "a", ""],
    ])("%s to %s: %s", (expression, text, result) => {
      expect(substitute(expression, text)).toBe(result);
    });
  });

  describe("do not apply", () => {
    it.each([
      ["without match", "!^2$!x!"],
      ["empty", ""],
      ["with one part", "!a"],
      ["with two parts", "!a!b"],
      ["with a part too many", "!a!b!!"],
      ["with unknown flags", "!a!b!g"],
      ["with doubled flags", "!a!b!ii"],
      ["with a digit between the parts", "1a1b1"],
      ["with a backslash between the parts", raw`\a\b\ `],
      ["with the flag between the parts", "i.iai"],
      ["with a malformed pattern", "!(!x!"],
      ["with an escaped end", raw`!a!b\!`],
    ])("%s", (_title, expression) => {
      expect(substitute(expression, "a")).toBeUndefined();
    });
  });

  it("never throw", () => {
    const nasty = fc.string({ unit: fc.constantFrom(...String.raw`!!!ab^$.*()[]\19i`.split("")), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string()), fc.string({ maxLength: 16 }), (expression, text) => {
        expect(() => substitute(expression, text)).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});
