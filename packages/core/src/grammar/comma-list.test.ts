import { describe, expect, it } from "vitest";
import { firstComma, splitCommaList } from "./comma-list.js";

describe("RFC 3261 §7.3.1 comma lists", () => {
  it.each([
    ["a, b ,c", ["a", "b", "c"]],
    ["a", ["a"]],
    ["", [""]],
    [" a\r\n , b ", ["a", "b"]],
    ["a,,b,", ["a", "", "b", ""]],
    ['"x, y" <sip:a,b@c>;p="1,2",<sip:d>', ['"x, y" <sip:a,b@c>;p="1,2"', "<sip:d>"]],
    ["a (x, (y,) z), b", ["a (x, (y,) z)", "b"]],
    ['"a\\",b",c', ['"a\\",b"', "c"]],
    ['"open, b', ['"open', "b"]],
    ["<open, b", ["<open", "b"]],
    ["sip:a(b@c, sip:d", ["sip:a(b@c", "sip:d"]],
  ])("%j is %j", (text, parts) => expect(splitCommaList(text)).toEqual(parts));

  it("tells where the first value ends", () => {
    expect([firstComma('a;x="1,2" , b'), firstComma("a"), firstComma("<a,b>,c,d")]).toEqual([10, 1, 5]);
  });
});
