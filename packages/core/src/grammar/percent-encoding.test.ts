import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unreservedCharacters, userCharacters } from "./character-tables.js";
import {
  completeEscapes,
  decodePercent,
  encodePercent,
  minimizeEscapes,
  normalizeEscapes,
} from "./percent-encoding.js";

describe("RFC 3261 §19.1.2 character escaping", () => {
  it.each([
    ["a", "a"],
    ["%41%42c", "ABc"],
    ["%25%34%31", "%41"],
    ["%C3%BC", "ü"],
    ["%00", "\u0000"],
    ["%EF%BB%BFa", "\uFEFFa"],
    ["%ff%41", "%FFA"],
    ["100%", "100%"],
    ["%4", "%4"],
    ["%zz", "%zz"],
    ["%%41", "%A"],
  ])("%j stands for %j", (text, value) => expect(decodePercent(text)).toBe(value));

  it("is done once", () => expect(decodePercent("%2541")).toBe("%41"));

  it("comes back as it was", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !/\p{Cs}/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        expect(decodePercent(encodePercent(value, unreservedCharacters))).toBe(value);
      }),
    );
  });

  it("leaves complete escapes alone where text may hold some", () => {
    expect(completeEscapes("a%20b c%", userCharacters)).toBe("a%20b%20c%25");
    expect(completeEscapes("abc", userCharacters)).toBe("abc");
    expect(encodePercent("a%20", userCharacters)).toBe("a%2520");
  });

  it("replaces unpaired surrogates", () => {
    expect(encodePercent("\ud800x\udc00😀", unreservedCharacters)).toBe("%EF%BF%BDx%EF%BF%BD%F0%9F%98%80");
  });

  it("is undone for comparison except for reserved characters and the escape sign", () => {
    expect(normalizeEscapes("%61%3b%2F%25%20%c3%bc")).toBe("a%3B%2F%25%20%C3%BC");
    expect(normalizeEscapes("%41%")).toBe("A%");
    expect(minimizeEscapes("%61%3b%40", userCharacters)).toBe("a;%40");
  });
});
