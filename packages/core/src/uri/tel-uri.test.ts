import { describe, expect, it } from "vitest";
import { parseUri } from "./parse-uri.js";
import { OtherUri } from "./other-uri.js";
import { sipToTel, telToSip } from "./tel-conversion.js";
import { TelUri } from "./tel-uri.js";

function tel(text: string): TelUri {
  const uri = parseUri(text);
  if (!(uri instanceof TelUri)) throw new TypeError(text);
  return uri;
}

function backToTel(text: string): string | undefined {
  const uri = parseUri(text);
  return uri.kind === "sip" ? sipToTel(uri)?.toString() : undefined;
}

describe("RFC 3966 §3 building a tel URI", () => {
  it("puts isub and ext first, phone-context next, the others by name", () => {
    const uri = TelUri.create({
      number: "7042",
      parameters: { zeta: "1", alpha: true, "phone-context": "example.com", ext: "12" },
    });
    expect(String(uri)).toBe("tel:7042;ext=12;phone-context=example.com;alpha;zeta=1");
  });

  it("refuses what the grammar forbids", () => {
    expect(() => TelUri.create({ number: "7042" })).toThrow("phone-context");
    expect(() => TelUri.create({ number: "+1\r\nx" })).toThrow("Malformed URI");
    expect(() => TelUri.create({ number: "+1", parameters: { a_b: "1" } })).toThrow("Malformed URI");
  });

  it("changes one part and keeps the others", () => {
    const uri = tel("tel:+1-201;ext=9;x=y");
    expect(String(uri.with({ number: "+44" }))).toBe("tel:+44;ext=9;x=y");
    expect(String(uri.withParameter("ext", undefined))).toBe("tel:+1-201;x=y");
    expect(String(uri)).toBe("tel:+1-201;ext=9;x=y");
  });
});

describe("RFC 3261 §19.1.6 relating SIP URIs and tel URLs", () => {
  it("puts the whole subscriber into the user part", () => {
    const uri = telToSip(tel("tel:+1-201-555-0123;ext=9"), { host: "gw.example.com" });
    expect(String(uri)).toBe("sip:+1-201-555-0123;ext=9@gw.example.com;user=phone");
  });

  it("writes equal numbers equally: lower case, isub and postd first, the others by name", () => {
    const first = telToSip(tel("tel:+358-555-1234567;POSTD=pP22;isub=1411;Alpha=A"), { host: "foo.com" });
    const second = telToSip(tel("tel:+358-555-1234567;alpha=a;isub=1411;postd=pp22"), { host: "foo.com" });
    expect(String(first)).toBe("sip:+358-555-1234567;isub=1411;postd=pp22;alpha=a@foo.com;user=phone");
    expect(first.equals(second)).toBe(true);
  });

  it("escapes what a user part does not allow", () => {
    const uri = telToSip(tel("tel:*21#;phone-context=example.com;x=[:]"), { host: "gw", scheme: "sips", port: 5061 });
    expect(String(uri)).toBe("sips:*21%23;phone-context=example.com;x=%5B%3A%5D@gw:5061;user=phone");
    expect(backToTel(String(uri))).toBe("tel:*21#;phone-context=example.com;x=[:]");
  });

  it("gives the number back only for user=phone and a real number", () => {
    expect(backToTel("sip:+1-201-555-0123;ext=9@gw.example.com;user=phone")).toBe("tel:+1-201-555-0123;ext=9");
    expect(backToTel("sip:%2B1201@gw;user=PHONE")).toBe("tel:+1201");
    expect(backToTel("sip:+1201@gw")).toBeUndefined();
    expect(backToTel("sip:alice@gw;user=phone")).toBeUndefined();
    expect(backToTel("sip:gw;user=phone")).toBeUndefined();
  });
});

describe("URIs of other schemes", () => {
  it("are built from scheme and the rest", () => {
    expect(String(OtherUri.create({ scheme: "URN", opaque: "service:sos" }))).toBe("URN:service:sos");
    expect(() => OtherUri.create({ scheme: "1x", opaque: "a" })).toThrow("Malformed URI");
    expect(() => OtherUri.create({ scheme: "urn", opaque: "a>b" })).toThrow("Malformed URI");
    expect(() => OtherUri.create({ scheme: "urn", opaque: "" })).toThrow("Malformed URI");
  });
});
