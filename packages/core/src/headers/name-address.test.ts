import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isEngineError } from "../errors/engine-error.js";
import { parseUri } from "../uri/parse-uri.js";
import { NameAddress, parseNameAddress } from "./name-address.js";

describe("RFC 3261 §20.10 addresses", () => {
  describe("read", () => {
    it.each([
      ['"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s', "A. G. Bell", "sip:agb@bell-telephone.com", "a48s"],
      ["sip:+1@server.phone2net.com;tag=887s", undefined, "sip:+1@server.phone2net.com", "887s"],
      ["Anonymous <sip:c8@h>;TAG=hyh8", "Anonymous", "sip:c8@h", "hyh8"],
      ["The  Operator\t<sip:o@h;x=y>", "The  Operator", "sip:o@h;x=y", undefined],
      ["J. Smith <sip:o@h>", "J. Smith", "sip:o@h", undefined],
      ["caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", "323"],
      ['"A"<sip:b>', "A", "sip:b", undefined],
      ['"" <sip:b>', "", "sip:b", undefined],
      [" <sip:b>", undefined, "sip:b", undefined],
      ["%Z%45 <sip:b>", "%Z%45", "sip:b", undefined],
      ['"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:b>', "BEL:\u0007 NUL:\u0000 DEL:\u007f", "sip:b", undefined],
      ['"J Rosenberg \\\\\\"" <sip:b>', 'J Rosenberg \\"', "sip:b", undefined],
      ['"Ünï, <sip:x>;tag=no" <sip:b>;tag=yes', "Ünï, <sip:x>;tag=no", "sip:b", "yes"],
      ["sip:a@b ;\r\n tag\t=\r\n 1", undefined, "sip:a@b", "1"],
      ["<http://www.example.com/?a=b;c>;tag=1", undefined, "http://www.example.com/?a=b;c", "1"],
      ["isbn:2983792873", undefined, "isbn:2983792873", undefined],
      [
        "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>",
        undefined,
        "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
        undefined,
      ],
    ])("%j", (text, displayName, uri, tag) => {
      const address = parseNameAddress(text);
      expect([address.displayName, String(address.uri), address.tag]).toEqual([displayName, uri, tag]);
    });

    it("keeps URI parameters, header parameters and URI headers apart", () => {
      const inside = parseNameAddress("<sip:a@b;x>;y");
      expect([inside.uri.kind === "sip" && inside.uri.parameters.has("x"), inside.parameters.names()]).toEqual([
        true,
        ["y"],
      ]);
      const outside = parseNameAddress("sip:a@b;x;y");
      expect([String(outside.uri), outside.parameters.names()]).toEqual(["sip:a@b", ["x", "y"]]);
    });

    it("is written as it came", () => {
      const text = "Bob   <SIP:b@H;x>;Tag=1 ;y";
      expect(String(parseNameAddress(`  ${text}  `))).toBe(text);
    });

    it("tells faults as those of an address", () => {
      try {
        parseNameAddress("< sip:a@b>");
        expect.unreachable();
      } catch (error) {
        expect(isEngineError(error) && [error.code, error.message]).toEqual([
          "address.malformed",
          "Malformed address: address: expected a scheme in a URI at offset 1",
        ]);
      }
    });
  });

  describe("built", () => {
    it("quotes and escapes", () => {
      const address = NameAddress.create({
        displayName: 'A "B" \\ ü',
        uri: "sip:a@b",
        tag: "t1",
        parameters: { p: "x y" },
      });
      expect(String(address)).toBe('"A \\"B\\" \\\\ ü" <sip:a@b>;p="x y";tag=t1');
      expect(parseNameAddress(String(address)).displayName).toBe('A "B" \\ ü');
    });

    it("puts every URI into angle brackets", () => {
      expect(String(NameAddress.create({ uri: parseUri("sip:a,b@c;x?y=z") }))).toBe("<sip:a,b@c;x?y=z>");
    });

    it.each([
      { uri: "sip:" },
      { uri: "sip:a", tag: "a b" },
      { uri: "sip:a", tag: "" },
      { uri: "sip:a", parameters: { "a b": "c" } },
    ])("refuses %j", (parts) => expect(() => NameAddress.create(parts)).toThrow("Malformed"));

    it("refuses a line end in a display name", () => {
      expect(() => String(NameAddress.create({ displayName: "a\r\nEvil: x", uri: "sip:a" }))).toThrow("line end");
    });
  });

  describe("changed", () => {
    const address = parseNameAddress("Bob <sip:b@h>;tag=1;x=y");

    it("keeps what was not named", () => {
      expect(String(address.with({ tag: "2" }))).toBe('"Bob" <sip:b@h>;tag=2;x=y');
      expect(String(address.with({ tag: undefined }))).toBe('"Bob" <sip:b@h>;x=y');
      expect(String(address.with({ displayName: undefined, uri: "tel:+1" }))).toBe("<tel:+1>;tag=1;x=y");
      expect(String(address.withParameter("x", undefined))).toBe('"Bob" <sip:b@h>;tag=1');
      expect(String(address)).toBe("Bob <sip:b@h>;tag=1;x=y");
    });
  });
});

describe("console.log of a value", () => {
  it("shows the value as it is written, and its URI", () => {
    const address = parseNameAddress('"Bob" <sip:bob@example.com>;tag=1');
    expect(inspect(address)).toBe('NameAddress "Bob" <sip:bob@example.com>;tag=1');
    expect(inspect(address.uri)).toBe("SipUri sip:bob@example.com");
    expect(JSON.parse(JSON.stringify(address))).toEqual({
      displayName: "Bob",
      uri: "sip:bob@example.com",
      parameters: { tag: "1" },
    });
  });
});
