import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote, quotedStringEnd, unquote } from "./quoted-string.js";

describe("RFC 3261 §25.1 quoted-string", () => {
  it.each([
    ['"a"', 3],
    ['"a\\"b" c', 6],
    ['"\\\\"', 4],
    ['"\\\u0000\\\u007f"', 6],
    ['"ä\t\r\n b"', 8],
    ['"a', -1],
    ['"a\\"', -1],
    ['"a\\', -1],
    ['"\u0000"', -1],
    ['"\u007f"', -1],
    ['"a\r\nb"', -1],
    ['"\\\r"', -1],
  ])("%j ends at %i", (text, end) => expect(quotedStringEnd(text, 0, text.length)).toBe(end));

  it.each([
    ['"a b"', "a b"],
    ['""', ""],
    ['"a\\"b\\\\c\\d"', 'a"b\\cd'],
    ['"a \r\n  b "', "a b "],
    ["token", "token"],
    ['"', '"'],
  ])("%j stands for %j", (text, value) => expect(unquote(text)).toBe(value));

  it("escapes quotes, backslashes and controls when written", () => {
    expect(quote('a"b\\c\u0000\td\u007fü')).toBe('"a\\"b\\\\c\\\u0000\td\\\u007fü"');
  });

  it("cannot hold a line end", () => {
    for (const text of ["a\rb", "a\nb", "a\r\n b"]) expect(() => quote(text)).toThrow("line end");
  });

  it("comes back as it was", () => {
    const text = fc.string({ unit: "binary" }).map((value) => value.replaceAll(/[\r\n]/gu, ""));
    fc.assert(
      fc.property(text, (value) => {
        const written = quote(value);
        expect(quotedStringEnd(written, 0, written.length)).toBe(written.length);
        expect(unquote(written)).toBe(value);
      }),
    );
  });
});
