import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeWireText, encodeWireText, foldWithCrlf, unfold, wireTextOf } from "./wire-text.js";

describe("RFC 3261 §7 wire text", () => {
  it("comes back from UTF-8 as it went", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeWireText(encodeWireText(text))).toBe(text);
      }),
    );
  });

  it("has one character for each octet", () => {
    expect(encodeWireText("ü☎")).toHaveLength(5);
    expect(wireTextOf(new Uint8Array([0x00, 0x7f, 0x80, 0xff]), 1, 4)).toBe("\u007f\u0080\u00ff");
  });

  it("reads a view into a larger buffer", () => {
    expect(wireTextOf(new Uint8Array(Buffer.from("xxabcxx").subarray(2, 5)), 0, 3)).toBe("abc");
  });

  it("shows broken UTF-8 as U+FFFD", () => {
    expect(decodeWireText("a\u00ffb")).toBe("a\ufffdb");
  });

  it("joins folds and leaves other text alone", () => {
    expect(unfold("a\r\n b \n\t c")).toBe("a b c");
    expect(unfold(" a  b ")).toBe(" a  b ");
  });

  it("gives folds their CR", () => {
    expect(foldWithCrlf("a\n b\r\n c\n d")).toBe("a\r\n b\r\n c\r\n d");
    expect(foldWithCrlf("a\r\n b")).toBe("a\r\n b");
  });
});
