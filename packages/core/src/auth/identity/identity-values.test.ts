import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIdentities } from "./identity-values.js";

function urisOf(...texts: string[]): string[] {
  return readIdentities(texts).map(({ uri }) => String(uri));
}

describe("RFC 3325 §9.1 identities", () => {
  it("reads one SIP and one tel URI, in one field or in two", () => {
    expect(urisOf('"Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000')).toEqual([
      "sip:fluffy@cisco.com",
      "tel:+14085264000",
    ]);
    expect(urisOf("<tel:+14085264000>", "<sips:fluffy@cisco.com>")).toEqual([
      "tel:+14085264000",
      "sips:fluffy@cisco.com",
    ]);
  });

  it("takes the first of two SIP URIs (RFC 5876 §4.5)", () => {
    expect(urisOf("<sip:fluffy@cisco.com>, <sips:other@cisco.com>", "<sip:third@cisco.com>")).toEqual([
      "sip:fluffy@cisco.com",
    ]);
  });

  it("is not misled by a comma in the display name", () => {
    const [identity] = readIdentities([
      String.raw`"Jennings, \"Cullen\" <sip:evil@example.net>" <sip:fluffy@cisco.com>`,
    ]);
    expect(identity?.displayName).toBe('Jennings, "Cullen" <sip:evil@example.net>');
    expect(String(identity?.uri)).toBe("sip:fluffy@cisco.com");
  });

  it("passes over what is malformed", () => {
    expect(urisOf("", "<sip:>", '"open <sip:a@b>', "fluffy", "<sip:fluffy@cisco.com>")).toEqual([
      "sip:fluffy@cisco.com",
    ]);
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      '"',
      "<",
      ">",
      ",",
      "sip:",
      "tel:+1",
      "a@b",
      ";x=",
      "\\",
      " ",
      "\r\n ",
      "[::1]",
      "?",
      "é",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        readIdentities([pieces.join("")]);
      }),
      { numRuns: 2000 },
    );
  });
});
