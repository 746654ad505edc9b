import { describe, expect, it } from "vitest";
import { parseUri } from "./parse-uri.js";
import { requestParts, toRequestUri } from "./request-parts.js";

function partsOf(text: string) {
  const uri = parseUri(text);
  if (uri.kind !== "sip") throw new TypeError(text);
  return requestParts(uri);
}

describe("RFC 3261 §19.1.5 forming requests from a URI", () => {
  it("takes method, headers and body out of the URI", () => {
    const parts = partsOf("sip:bob@b.com;method=MESSAGE;transport=tcp?Subject=Hi%20there&body=text&Priority=urgent");
    expect(parts.method).toBe("MESSAGE");
    expect(String(parts.requestUri)).toBe("sip:bob@b.com;transport=tcp");
    expect(parts.headers).toEqual([
      { name: "Subject", value: "Hi there" },
      { name: "Priority", value: "urgent" },
    ]);
    expect(parts.body).toBe("text");
  });

  it("is an INVITE unless said otherwise, and keeps other parameters", () => {
    const parts = partsOf("sip:bob@b.com;maddr=1.2.3.4;ttl=1;user=phone;x=y");
    expect([parts.method, String(parts.requestUri)]).toEqual([
      "INVITE",
      "sip:bob@b.com;maddr=1.2.3.4;ttl=1;user=phone;x=y",
    ]);
    expect([parts.headers, parts.refused, parts.unverified, parts.body]).toEqual([[], [], [], undefined]);
  });

  it("sets forged identity and routing apart, in compact form too", () => {
    const parts = partsOf(
      "sip:b@b.com?Route=%3Csip:evil%3E&f=sip:x&VIA=x&cseq=1&Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc",
    );
    expect(parts.refused.map(({ name }) => name)).toEqual(["Route", "f", "VIA", "cseq"]);
    expect(parts.headers).toEqual([{ name: "Replaces", value: "a;to-tag=b;from-tag=c" }]);
  });

  it("sets what describes the body apart", () => {
    expect(partsOf("sip:b@b.com?Content-Type=text/plain&l=3&body=abc").unverified.map(({ name }) => name)).toEqual([
      "Content-Type",
      "l",
    ]);
  });

  it("leaves URIs of other kinds as they are", () => {
    const tel = parseUri("tel:+1;method=INVITE");
    expect(toRequestUri(tel)).toBe(tel);
    expect(String(toRequestUri(parseUri("sip:a;method=BYE?b=c")))).toBe("sip:a");
  });
});
