import { describe, expect, it } from "vitest";
import { parseStartLine } from "./parse-start-line.js";

describe("RFC 3261 §7.1 Request-Line", () => {
  it("is method, Request-URI and version", () => {
    expect(parseStartLine("INVITE sip:bob@example.com;lr SIP/2.0")).toEqual({
      kind: "request-line",
      method: "INVITE",
      requestUriText: "sip:bob@example.com;lr",
    });
  });

  it("takes any token as method and the version in any case", () => {
    expect(parseStartLine("!odd-Method* tel:+12125551212 sip/2.0")).toMatchObject({ method: "!odd-Method*" });
  });

  it.each(["urn:service:sos", "http://example.com/", "nobodyKnowsThisScheme:totallyopaque"])(
    "takes the scheme of %s",
    (uri) => {
      expect(parseStartLine(`OPTIONS ${uri} SIP/2.0`)).toMatchObject({ requestUriText: uri });
    },
  );

  it.each([
    ["", 400],
    ["INVITE", 400],
    [" INVITE sip:a@b SIP/2.0", 400],
    ["INVITE  sip:a@b SIP/2.0", 400],
    ["INVITE sip:a@b  SIP/2.0", 400],
    ["INVITE sip:a@b SIP/2.0 ", 400],
    ["INVITE <sip:a@b> SIP/2.0", 400],
    ["INVITE sip:a; lr SIP/2.0", 400],
    ["INVITE sip:a@b?Route=x SIP/2.0", 400],
    ["INVITE sip:2001:db8::10 SIP/2.0", 400],
    ["INVITE sip:a@b", 400],
    ["INVITE sip:a@b SIP/2", 400],
    ["INV{ITE sip:a@b SIP/2.0", 400],
    ["INVITE sip:a@b SIP/7.0", 505],
    ["INVITE sip:a@b SIP/2.00", 505],
  ])("refuses %j with %i", (line, statusCode) => {
    expect(parseStartLine(line)).toMatchObject({ kind: "failure", statusCode });
  });
});

describe("RFC 3261 §7.2 Status-Line", () => {
  it.each([
    ["SIP/2.0 200 OK", 200, "OK"],
    ["SIP/2.0 100 ", 100, ""],
    ["SIP/2.0 100", 100, ""],
    ["sip/2.0 699 a  b ", 699, "a  b "],
  ])("takes %j", (line, statusCode, reason) => {
    expect(parseStartLine(line)).toEqual({ kind: "status-line", statusCode, reason });
  });

  it.each([
    "SIP/2.0 4294967301 x",
    "SIP/2.0 099 x",
    "SIP/2.0 700 x",
    "SIP/2.0 20 x",
    "SIP/2.0  200 OK",
    "SIP/2.0 abc x",
    "SIP/3.0 200 OK",
  ])("refuses %j", (line) => {
    expect(parseStartLine(line).kind).toBe("failure");
  });
});
