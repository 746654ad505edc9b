import { describe, expect, it } from "vitest";
import { parseUri } from "../../uri/parse-uri.js";
import { isOwnUri, portOf } from "./own-uri.js";

describe("RFC 3261 §19.1.2 portOf", () => {
  it.each([
    ["sip:h", 5060],
    ["sip:h:5070", 5070],
    ["sips:h", 5061],
    ["sip:h;transport=tcp", 5060],
    ["sip:h;transport=TLS", 5061],
    ["sips:h;transport=tcp", 5061],
    ["sip:h;transport=ws", 80],
    ["sips:h;transport=ws", 443],
    ["sip:h;transport=wss", 443],
    ["sip:h:0", 0],
  ])("of %s is %i", (text, port) => {
    const uri = parseUri(text);
    expect(uri.kind === "sip" && portOf(uri)).toBe(port);
  });
});

describe("RFC 3261 §16.4 isOwnUri", () => {
  const own = { isOwnAddress: (host: string, port: number) => host === "p.example.com" && port === 5061 };

  it.each([
    ["sips:p.example.com", true],
    ["sips:user@p.example.com;lr", true],
    ["sip:p.example.com", false],
    ["sip:p.example.com:5061", true],
    ["tel:+1234", false],
    ["urn:service:sos", false],
  ])("of %s is %s", (text, expected) => {
    expect(isOwnUri(parseUri(text), own)).toBe(expected);
  });

  it("of nothing is false", () => {
    expect(isOwnUri(undefined, own)).toBe(false);
  });
});
