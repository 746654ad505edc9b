import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNameAddress } from "./name-address.js";
import { peekTag } from "./peek-tag.js";

describe("the tag of a From or To without reading the rest", () => {
  it.each([
    ["<sip:a@b>;tag=1", "1"],
    ["sip:a@b;tag=1", "1"],
    ["sip:a@b ; x=y;\r\n TAG\t= 1 ;z", "1"],
    ['"x;tag=no <y>" <sip:a;tag=no@b;tag=no>;p=";tag=no";tag=yes', "yes"],
    ['"a\\"b" <sip:a@b>;tag=1', "1"],
    ['sip:a@b;x="<";tag=1', "1"],
    ["<sip:a@b;tag=no>", undefined],
    ['<sip:a@b>;tag="a b"', "a b"],
    ["<sip:a@b>", undefined],
    ["<sip:a@b>;tag", undefined],
    ["<sip:a@b>;tag=", undefined],
    ["<sip:a@b>;tagged=1;xtag=2", undefined],
    ['"unclosed <sip:a@b>;tag=1', undefined],
    ["", undefined],
  ])("%j has %j", (text, tag) => expect(peekTag(text)).toBe(tag));

  it("agrees with the full reading", () => {
    const part = fc.constantFrom(";", "tag", "=", "a1", '"', "<", ">", "sip:", "a@b", " ", "\\", ",", "x");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = `<sip:a@b>${parts.join("")}`;
        let tag: string | undefined;
        try {
          tag = parseNameAddress(text).tag;
        } catch {
          expect(() => peekTag(text)).not.toThrow();
          return;
        }
        expect(peekTag(text)).toBe(tag);
      }),
      { numRuns: 3000 },
    );
  });
});
