import { describe, expect, it } from "vitest";
import { SipUri } from "./sip-uri.js";
import { parseUri } from "./parse-uri.js";
import { UriHeaders } from "./uri-headers.js";
import { UriParameters } from "./uri-parameters.js";

function parsed(text: string): SipUri {
  const uri = parseUri(text);
  if (!(uri instanceof SipUri)) throw new TypeError(text);
  return uri;
}

describe("RFC 3261 §19.1.1 building a SIP URI", () => {
  it("writes the parts in order", () => {
    const uri = SipUri.create({
      scheme: "sips",
      user: "alice",
      password: "pw",
      host: "atlanta.com",
      port: 5061,
      parameters: { transport: "tcp", lr: true, gone: undefined, ttl: 1 },
      headers: { subject: "project x", a: "" },
    });
    expect(String(uri)).toBe("sips:alice:pw@atlanta.com:5061;transport=tcp;lr;ttl=1?subject=project%20x&a=");
  });

  it("escapes what cannot stand bare, each component by its own set", () => {
    const uri = SipUri.create({
      decodedUser: "a@b:c%41 ü",
      host: "h",
      parameters: { "p;": "a;b=c?[x]" },
      headers: { "x&": "a&b=c;@" },
    });
    expect(String(uri)).toBe("sip:a%40b%3Ac%2541%20%C3%BC@h;p%3B=a%3Bb%3Dc%3F[x]?x%26=a%26b%3Dc%3B%40");
    expect(parsed(String(uri)).decodedUser).toBe("a@b:c%41 ü");
    expect(parsed(String(uri)).parameters.get("p;")).toBe("a;b=c?[x]");
    expect(parsed(String(uri)).headers.get("x&")).toBe("a&b=c;@");
  });

  it("keeps escapes of a user given as written", () => {
    expect(String(SipUri.create({ user: "a%40b c%", host: "h" }))).toBe("sip:a%40b%20c%25@h");
  });

  it("puts brackets around IPv6", () => {
    for (const host of ["2001:db8::1", "[2001:db8::1]"]) {
      expect(String(SipUri.create({ host, port: 5060 }))).toBe("sip:[2001:db8::1]:5060");
    }
  });

  it.each([
    { host: "" },
    { host: "a b" },
    { host: "h\r\nEvil: 1" },
    { host: "h;lr" },
    { host: "h", port: 65_536 },
    { host: "h", port: 1.5 },
    { host: "h", user: "" },
    { host: "h", password: "x" },
  ])("refuses %j", (parts) => expect(() => SipUri.create(parts)).toThrow("Malformed URI"));

  it("writes an unpaired surrogate as replacement character", () => {
    expect(String(SipUri.create({ decodedUser: "\ud800a", host: "h" }))).toBe("sip:%EF%BF%BDa@h");
  });
});

describe("RFC 3261 §19.1.1 changing a SIP URI", () => {
  const uri = parsed("sip:al%69ce:pw@h.example.com:5070;a=1;lr?x=y");

  it("keeps the parts that were not named, as written", () => {
    expect(String(uri.with({ port: undefined }))).toBe("sip:al%69ce:pw@h.example.com;a=1;lr?x=y");
    expect(String(uri.with({ scheme: "sips", host: "other" }))).toBe("sips:al%69ce:pw@other:5070;a=1;lr?x=y");
    expect(String(uri.with({ decodedUser: "b@b" }))).toBe("sip:b%40b:pw@h.example.com:5070;a=1;lr?x=y");
  });

  it("drops the password with the user", () => {
    expect(String(uri.with({ user: undefined }))).toBe("sip:h.example.com:5070;a=1;lr?x=y");
  });

  it("leaves the URI itself alone", () => {
    uri.withParameter("a", 2);
    expect(String(uri)).toBe("sip:al%69ce:pw@h.example.com:5070;a=1;lr?x=y");
  });

  it("sets a parameter in its place, adds and removes others", () => {
    expect(String(uri.withParameter("A", 2))).toBe("sip:al%69ce:pw@h.example.com:5070;a=2;lr?x=y");
    expect(String(uri.withParameter("ob", true))).toBe("sip:al%69ce:pw@h.example.com:5070;a=1;lr;ob?x=y");
    expect(String(uri.withoutParameter("LR"))).toBe("sip:al%69ce:pw@h.example.com:5070;a=1?x=y");
    expect(uri.withoutParameter("none")).toBe(uri);
  });

  it("can change a URI whose port no socket has", () => {
    expect(String(parsed("sip:h:70000").with({ user: "a" }))).toBe("sip:a@h:70000");
  });
});

describe("RFC 3261 §19.1.1 reading parts of a SIP URI", () => {
  const uri = parsed("sips:a@h;Transport=TCP;maddr=[2001:db8::1];ttl=15;user=PHONE;method=INVITE;lr=on");

  it("gives the parameters that RFC 3261 names", () => {
    expect([uri.isSecure, uri.transport, uri.maddr, uri.ttl]).toEqual([true, "tcp", "2001:db8::1", 15]);
    expect([uri.userParameter, uri.method, uri.lr]).toEqual(["phone", "INVITE", true]);
  });

  it("takes a ttl out of range as none", () => {
    expect([parsed("sip:h;ttl=256").ttl, parsed("sip:h;ttl=x").ttl, parsed("sip:h").ttl]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("loses method and header part in a request line", () => {
    expect(String(parsed("sip:a@h;method=BYE;x?b=c").toRequestUri())).toBe("sip:a@h;x");
    const plain = parsed("sip:a@h;x");
    expect(plain.toRequestUri()).toBe(plain);
  });

  it("is its text in JSON", () => {
    expect(JSON.stringify({ uri: parsed("sip:a@h") })).toBe('{"uri":"sip:a@h"}');
  });
});

describe("URI parameters and headers", () => {
  it("find the first of two equal names and list both", () => {
    const uri = parsed("sip:h;a=1;A=2?b=1&B=2");
    expect([uri.parameters.get("a"), uri.parameters.getAll("a")]).toEqual(["1", ["1", "2"]]);
    expect([uri.headers.get("b"), uri.headers.getAll("b")]).toEqual(["1", ["1", "2"]]);
    expect(uri.headers.with("B", "3").getAll("b")).toEqual(["3"]);
    expect(String(uri.headers.with("c", "3"))).toBe("?b=1&B=2&c=3");
  });

  it("are iterable and can be made from entries", () => {
    const parameters = UriParameters.from([
      ["a", "1"],
      ["lr", true],
    ]);
    expect([...parameters]).toEqual([
      ["a", "1"],
      ["lr", undefined],
    ]);
    expect(UriParameters.from(parameters)).toBe(parameters);
    expect([...UriHeaders.from([{ name: "a", value: "b" }])]).toEqual([{ name: "a", value: "b" }]);
    expect(String(UriHeaders.from({ a: "b" }).without("A"))).toBe("");
  });

  it("do not take an object's own members for names", () => {
    expect(parsed("sip:h;constructor=1").parameters.get("toString")).toBeUndefined();
  });
});
