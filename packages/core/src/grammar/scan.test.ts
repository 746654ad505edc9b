import { describe, expect, it } from "vitest";
import {
  hexCharacters,
  isHexDigit,
  isTokenCharacter,
  tokenCharacters,
  unreservedCharacters,
  userCharacters,
  wordCharacters,
} from "./character-tables.js";
import { commentEnd } from "./comment.js";
import { digitsValue } from "./digits.js";
import { equalIgnoringCase } from "./equal-ignoring-case.js";
import { scanEscaped, skipSpace, tokenEnd, trimEnd, unfold } from "./scan.js";
import { checkToken, isToken } from "./token.js";

/** The ASCII characters that a table holds. */
function membersOf(table: Readonly<Uint8Array>): string {
  return Array.from({ length: 128 }, (_, code) => (table[code] === 1 ? String.fromCharCode(code) : "")).join("");
}

const alphanum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

describe("RFC 3261 §25.1 character classes", () => {
  it("hold what the grammar says and nothing else", () => {
    expect(membersOf(tokenCharacters)).toBe(`!%'*+-.${alphanum.replace("_", "_`")}~`);
    expect(membersOf(unreservedCharacters)).toBe(`!'()*-.${alphanum}~`);
    expect(membersOf(userCharacters)).toBe(
      "!$&'()*+,-./0123456789;=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~",
    );
    expect(membersOf(wordCharacters)).toBe(
      "!\"%'()*+-./0123456789:<>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]_`abcdefghijklmnopqrstuvwxyz{}~",
    );
    expect(membersOf(hexCharacters)).toBe("0123456789ABCDEFabcdef");
  });

  it("hold nothing above ASCII", () => {
    for (const code of [0x80, 0xff, 0x100, 0x4e2d, Number.NaN]) {
      expect([isTokenCharacter(code), isHexDigit(code)]).toEqual([false, false]);
    }
  });
});

describe("RFC 3261 §25.1 white space and folds", () => {
  it.each([
    ["a", 0],
    ["  \ta", 3],
    ["\r\n a", 3],
    [" \r\n\t \n b", 7],
    ["\r\na", 0],
    ["\r a", 0],
    ["\n", 0],
    ["  ", 2],
  ])("%j has white space up to %i", (text, end) => expect(skipSpace(text, 0, text.length)).toBe(end));

  it("does not look past the end", () => {
    expect(skipSpace("\r\n a", 0, 2)).toBe(0);
    expect(trimEnd("a \t\r\n ", 0, 6)).toBe(1);
    expect(trimEnd("a \n\t\r\n ", 0, 7)).toBe(1);
    expect(trimEnd("a \r\n", 0, 4)).toBe(4);
    expect(trimEnd("\r\n ", 0, 3)).toBe(0);
    expect(trimEnd("\n ", 1, 2)).toBe(1);
    expect(trimEnd("   ", 1, 3)).toBe(1);
  });

  it.each([
    ["  a b  ", "a b"],
    ["a\r\n b", "a b"],
    ["a \t\r\n \t b\n\tc", "a b c"],
    ["\r\n a", "a"],
    ["a\r\nb\r\n c", "a\r\nb c"],
    ["", ""],
  ])("%j is %j in one line", (text, line) => expect(unfold(text)).toBe(line));
});

describe("RFC 3261 §25.1 tokens, escapes, numbers, comments", () => {
  it("tell tokens", () => {
    expect([isToken("a-.!%*_+`'~9"), isToken(""), isToken("a b"), isToken("ü"), isToken("a@")]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(tokenEnd("ab;c", 0, 4)).toBe(2);
    expect(() => checkToken("a b", "branch")).toThrow('branch: "a b" is no token');
  });

  it("pass whole escapes only", () => {
    expect(scanEscaped("a%41b%4", 0, 7, unreservedCharacters)).toBe(5);
    expect(scanEscaped("a%41", 0, 3, unreservedCharacters)).toBe(1);
    expect(scanEscaped("%g1", 0, 3, unreservedCharacters)).toBe(0);
  });

  it.each([
    ["0", 0],
    ["0068", 68],
    ["999999999999999", 999_999_999_999_999],
    ["000000000000000000000000001", 1],
    ["1000000000000000", -1],
    ["", -1],
    ["1a", -1],
    ["-1", -1],
  ])("read %j as %d", (text, value) => expect(digitsValue(text, 0, text.length)).toBe(value));

  it.each([
    ["(a)b", 3],
    ["(a(b)c)", 7],
    ["(a\\)b)", 6],
    ["(a", -1],
    ["((a)", -1],
    ["(a\\", -1],
  ])("%j is a comment up to %i", (text, end) => expect(commentEnd(text, 0, text.length)).toBe(end));

  it("compare letters without case and nothing else", () => {
    expect([
      equalIgnoringCase("Via", "vIA"),
      equalIgnoringCase("@", "`"),
      equalIgnoringCase("[", "{"),
      equalIgnoringCase("É", "é"),
    ]).toEqual([true, false, false, false]);
    expect(equalIgnoringCase("a", "ab")).toBe(false);
  });
});
