import {
  IllegalArgumentError,
  IllegalStateError,
  ServletParseError,
  SipFactory,
  type Address,
  type SipUri,
  type TelUri,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;
let factory: SipFactory;

beforeEach(async () => {
  bench = await ScriptedLab.start();
  factory = bench.lab.container.bean("scripted", SipFactory);
});
afterEach(() => bench[Symbol.asyncDispose]());

const nothing = [undefined, null] as unknown as readonly string[];
const sipUri = (text: string) => factory.createUri(text) as SipUri;
const telUri = (text: string) => factory.createUri(text) as TelUri;

describe("JSR 289 §4.1 Parameterable", () => {
  it("is a value and parameters, names without case, a flag as the empty text", () => {
    const value = factory.createParameterable('text/plain;charset="utf 8";Flag');
    expect(value.value).toBe("text/plain");
    expect([value.getParameter("CHARSET"), value.getParameter("flag"), value.getParameter("x")]).toEqual([
      "utf 8",
      "",
      undefined,
    ]);
    expect(value.getParameterNames().map((name) => name.toLowerCase())).toEqual(["charset", "flag"]);
    expect(value.getParameters().map(([name, each]) => [name.toLowerCase(), each])).toEqual([
      ["charset", "utf 8"],
      ["flag", ""],
    ]);
  });

  it("changes: value, parameters, a missing value takes a parameter away", () => {
    const value = factory.createParameterable("a;x=1;y=2");
    value.value = "b";
    value.setParameter("x", "one");
    value.setParameter("z", "");
    value.setParameter("y", undefined);
    expect(value.toString()).toBe("b;x=one;z");
    value.setParameter("z", nothing[1]);
    value.removeParameter("X");
    expect(value.toString()).toBe("b");
  });

  it("quotes what is no token", () => {
    const value = factory.createParameterable("a");
    value.setParameter("text", 'say "hi"; now');
    expect(value.toString()).toBe('a;text="say \\"hi\\"; now"');
    expect(factory.createParameterable(value.toString()).getParameter("text")).toBe('say "hi"; now');
  });

  it("clones independently and compares by value and parameters in any order", () => {
    const value = factory.createParameterable("a;x=1;y=2");
    const copy = value.clone();
    expect(copy.equals(factory.createParameterable("A;y=2;X=1"))).toBe(true);
    copy.setParameter("x", "other");
    expect([value.getParameter("x"), value.equals(copy), value.equals("a;x=1;y=2")]).toEqual(["1", false, false]);
  });

  it.each(nothing)("refuses a missing name or value: %j", (missing) => {
    const value = factory.createParameterable("a");
    expect(() => value.getParameter(missing)).toThrow(IllegalArgumentError);
    expect(() => value.setParameter(missing, "x")).toThrow(IllegalArgumentError);
    expect(() => value.removeParameter(missing)).toThrow(IllegalArgumentError);
    expect(() => (value.value = missing)).toThrow(IllegalArgumentError);
    expect(value.toString()).toBe("a");
  });

  it.each([
    ["a b", "x"],
    ["a", "x\r\nVia: evil"],
    ["a;b", "x"],
  ])("refuses what would break the field: %j = %j", (name, text) => {
    const value = factory.createParameterable("v");
    expect(() => value.setParameter(name, text)).toThrow(IllegalArgumentError);
    expect(value.toString()).toBe("v");
  });

  it("refuses a value that would break the field", () => {
    const value = factory.createParameterable("v;x=1");
    expect(() => (value.value = "a\r\nVia: evil")).toThrow(IllegalArgumentError);
    expect(value.toString()).toBe("v;x=1");
  });
});

describe("JSR 289 §4.1 Address", () => {
  it("is a display name, a URI and parameters that are not those of the URI", () => {
    const address = factory.createAddress('"Bob \\"B\\" Doe" <sip:bob@example.com;transport=tcp>;q=0.5;expires=60');
    expect([address.displayName, address.uri?.toString()]).toEqual([
      'Bob "B" Doe',
      "sip:bob@example.com;transport=tcp",
    ]);
    expect([address.q, address.expires, address.getParameter("transport")]).toEqual([0.5, 60, undefined]);
    expect(address.isWildcard).toBe(false);
  });

  it("gives header parameters of a bare URI to the address (RFC 3261 §20)", () => {
    const address = factory.createAddress("sip:bob@example.com;expires=5");
    expect([address.uri?.toString(), address.expires]).toEqual(["sip:bob@example.com", 5]);
  });

  it("is the wildcard for *, which has no URI", () => {
    const address = factory.createAddress("*");
    expect([address.isWildcard, address.uri, address.toString()]).toEqual([true, undefined, "*"]);
  });

  it("has q between 0 and 1; -1 and undefined take it away", () => {
    const address = factory.createAddress("<sip:a@b>;q=0.7");
    for (const q of [1.1, -0.5, Number.NaN]) expect(() => (address.q = q)).toThrow(IllegalArgumentError);
    address.q = 0.25;
    expect(address.getParameter("q")).toBe("0.25");
    address.q = -1;
    expect(address.toString()).toBe("<sip:a@b>");
  });

  it("has expires; a negative value takes it away", () => {
    const address = factory.createAddress("<sip:a@b>");
    expect(address.expires).toBeUndefined();
    address.expires = 90;
    expect(address.getParameter("expires")).toBe("90");
    address.expires = -1;
    expect(address.toString()).toBe("<sip:a@b>");
  });

  it("changes through its URI", () => {
    const address = factory.createAddress("<sip:a@b>");
    (address.uri as SipUri).user = "other";
    address.uri = factory.createUri("sips:new@host");
    (address.uri as SipUri).port = 5090;
    address.displayName = "New";
    expect(address.toString()).toMatch(/^"?New"? <sips:new@host:5090>$/);
  });

  it("drops the tag of a clone, and nothing else", () => {
    const address = factory.createAddress('"A" <sip:a@b>;tag=1;x=2');
    const copy = address.clone();
    expect(copy.toString()).toMatch(/^"A" <sip:a@b>;x=2$/);
    copy.setParameter("x", "3");
    expect(address.getParameter("x")).toBe("2");
  });

  it.each([
    ['"A" <sip:a@b>', "<sip:a@b>", true],
    ["<sip:a@B>", "<sip:a@b>", true],
    ["<sip:A@b>", "<sip:a@b>", false],
    ["<sip:a@b>;x=1;y=2", "<sip:a@b>;y=2;X=1", true],
    ["<sip:a@b>;x=1", "<sip:a@b>", false],
    ["<sip:a@b>;tag=1", "<sip:a@b>;tag=2", false],
    ["*", "*", true],
  ])("%s and %s: equal is %s", (one, other, isEqual) => {
    expect(factory.createAddress(one).equals(factory.createAddress(other))).toBe(isEqual);
  });

  it("of a URI and a display name is made as given", () => {
    const address = factory.createAddress(factory.createUri("tel:+12025552600"), "Desk; 5");
    expect(address.toString()).toBe('"Desk; 5" <tel:+12025552600>');
  });

  it.each(["", "<sip:a@b", "<>", "not an address"])("does not parse: %j", (text) => {
    expect(() => factory.createAddress(text)).toThrow(ServletParseError);
  });

  it("keeps line ends out of the display name", () => {
    const address = factory.createAddress("<sip:a@b>");
    expect(() => (address.displayName = "x\r\nVia: evil")).toThrow(IllegalArgumentError);
    expect(address.toString()).toBe("<sip:a@b>");
  });

  it("taken from a system header is immutable", async () => {
    const seen: Address[] = [];
    bench.script.on["MESSAGE"] = (request) => {
      seen.push(request.from, request.to, request.getAddressHeaders("Via")[0] ?? request.from);
      return request.createResponse(200).send();
    };
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    for (const address of seen) {
      expect(() => address.setParameter("x", "1")).toThrow(IllegalStateError);
      expect(() => (address.displayName = "Eve")).toThrow(IllegalStateError);
      expect(() => (address.uri = factory.createUri("sip:eve@b"))).toThrow(IllegalStateError);
      if (address.uri?.isSipUri === true) {
        const { uri } = address;
        expect(() => ((uri as SipUri).user = "eve")).toThrow(IllegalStateError);
      }
    }
  });
});

describe("JSR 289 §4 URI, SipURI", () => {
  it("reads every part", () => {
    const uri = sipUri(
      "sips:al%20ice:pass%3bword@example.com:5070;transport=TCP;maddr=192.0.2.9;ttl=15;method=INVITE;user=phone;lr;x=1?Subject=hi%20there&Priority=urgent",
    );
    expect([uri.scheme, uri.isSipUri, uri.secure, uri.user, uri.userPassword, uri.host, uri.port]).toEqual([
      "sips",
      true,
      true,
      "al ice",
      "pass;word",
      "example.com",
      5070,
    ]);
    expect([uri.transportParam, uri.maddrParam, uri.ttlParam, uri.methodParam, uri.userParam, uri.lrParam]).toEqual([
      "TCP",
      "192.0.2.9",
      15,
      "INVITE",
      "phone",
      true,
    ]);
    expect([uri.getParameter("X"), uri.getParameter("lr"), uri.getParameter("none")]).toEqual(["1", "", undefined]);
    expect([uri.getHeader("subject"), uri.getHeaderNames()]).toEqual(["hi there", ["Subject", "Priority"]]);
  });

  it("writes every part, escaped", () => {
    const uri = factory.createSipUri("al ice", "example.com");
    expect(uri.toString()).toBe("sip:al%20ice@example.com");
    uri.userPassword = "p;w";
    uri.secure = true;
    uri.port = 5070;
    uri.transportParam = "tcp";
    uri.maddrParam = "192.0.2.9";
    uri.ttlParam = 15;
    uri.methodParam = "INVITE";
    uri.userParam = "phone";
    uri.lrParam = true;
    uri.setParameter("x", "a b");
    uri.setHeader("Subject", "hi there");
    expect(uri.toString()).toBe(
      "sips:al%20ice:p%3Bw@example.com:5070;transport=tcp;maddr=192.0.2.9;ttl=15;method=INVITE;user=phone;lr;x=a%20b?Subject=hi%20there",
    );
    uri.port = -1;
    uri.ttlParam = -1;
    uri.lrParam = false;
    uri.secure = false;
    uri.userPassword = undefined;
    uri.user = undefined;
    for (const name of ["transport", "maddr", "method", "user", "x"]) uri.removeParameter(name);
    uri.removeHeader("subject");
    expect([uri.toString(), uri.port, uri.ttlParam]).toEqual(["sip:example.com", undefined, undefined]);
  });

  it("takes IPv6 hosts", () => {
    expect(factory.createSipUri("a", "[2001:db8::1]").toString()).toBe("sip:a@[2001:db8::1]");
    expect(sipUri("sip:[2001:db8::1]:5070").host).toBe("[2001:db8::1]");
  });

  it.each([
    ["sip:%61lice@example.com;transport=TCP", "sip:alice@EXAMPLE.com;Transport=tcp", true],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true],
    ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false],
    ["sip:alice@example.com", "sip:alice@example.com:5060", false],
    ["sip:alice@example.com", "sips:alice@example.com", false],
    ["sip:bob@example.com;transport=udp", "sip:bob@example.com", false],
    ["sip:bob@example.com?Subject=a", "sip:bob@example.com", false],
    ["sip:ALICE@example.com", "sip:alice@example.com", false],
  ])("%s equals %s: %s (RFC 3261 §19.1.4)", (one, other, isEqual) => {
    expect(factory.createUri(one).equals(factory.createUri(other))).toBe(isEqual);
  });

  it("clones independently", () => {
    const uri = sipUri("sip:a@b");
    const copy = uri.clone();
    copy.user = "c";
    expect([uri.toString(), copy.toString()]).toEqual(["sip:a@b", "sip:c@b"]);
  });

  it.each(nothing)("refuses a missing name: %j", (missing) => {
    for (const uri of [sipUri("sip:a@b"), telUri("tel:+1")]) {
      expect(() => uri.setParameter(missing, "x")).toThrow(IllegalArgumentError);
      expect(() => uri.getParameter(missing)).toThrow(IllegalArgumentError);
    }
    expect(() => factory.createUri(missing)).toThrow(IllegalArgumentError);
    expect(() => factory.createAddress(missing)).toThrow(IllegalArgumentError);
    expect(() => factory.createParameterable(missing)).toThrow(IllegalArgumentError);
    expect(() => sipUri("sip:a@b").setHeader("Subject", missing)).toThrow(IllegalArgumentError);
  });

  it.each<[string, (uri: SipUri) => void]>([
    ["a host with a blank", (uri) => (uri.host = "a b")],
    ["a host with a line end", (uri) => (uri.host = "b\r\nVia: evil")],
    ["no host", (uri) => (uri.host = "")],
    ["a port above 65535", (uri) => (uri.port = 70_000)],
    ["a broken port", (uri) => (uri.port = 1.5)],
    ["a ttl above 255", (uri) => (uri.ttlParam = 256)],
  ])("refuses %s, and stays as it was", (_what, change) => {
    const uri = sipUri("sip:a@b");
    expect(() => change(uri)).toThrow(IllegalArgumentError);
    expect(uri.toString()).toBe("sip:a@b");
  });

  it.each(["", "sip:", "sip:a@", "sip:a@b:x", "no scheme", "sip:a b@c"])("does not parse: %j", (text) => {
    expect(() => factory.createUri(text)).toThrow(ServletParseError);
  });

  it("of another scheme has its text and its scheme alone", () => {
    const uri = factory.createUri("mailto:bob@example.com");
    expect([uri.scheme, uri.isSipUri, uri.toString(), uri.getParameterNames()]).toEqual([
      "mailto",
      false,
      "mailto:bob@example.com",
      [],
    ]);
    expect(uri.equals(factory.createUri("mailto:bob@example.com"))).toBe(true);
  });
});

describe("JSR 289 §4 TelURL", () => {
  it("keeps visual separators and drops the leading +", () => {
    const uri = telUri("tel:+1-202-555-2600;x=1");
    expect([uri.scheme, uri.isSipUri, uri.phoneNumber, uri.isGlobal, uri.phoneContext]).toEqual([
      "tel",
      false,
      "1-202-555-2600",
      true,
      undefined,
    ]);
    expect(uri.getParameter("x")).toBe("1");
  });

  it("is local with a context", () => {
    const uri = telUri("tel:2600;phone-context=+1202555");
    expect([uri.phoneNumber, uri.isGlobal, uri.phoneContext]).toEqual(["2600", false, "+1202555"]);
  });

  it("changes from global to local and back", () => {
    const uri = telUri("tel:+12025552600");
    uri.setPhoneNumber("2600", "example.com");
    expect(uri.toString()).toBe("tel:2600;phone-context=example.com");
    uri.setPhoneNumber("+1-202-555-2601");
    expect(uri.toString()).toBe("tel:+1-202-555-2601");
    uri.setPhoneNumber("12025552602");
    expect(uri.toString()).toBe("tel:+12025552602");
  });

  it.each(["", "abc", "+", "12 34", ...nothing])("refuses the number %j", (number) => {
    const uri = telUri("tel:+1");
    expect(() => uri.setPhoneNumber(number)).toThrow(IllegalArgumentError);
    expect(uri.toString()).toBe("tel:+1");
  });

  it.each([
    ["tel:+1-202-555-2600", "tel:+12025552600", true],
    ["tel:+12025552600;a=1;b=2", "tel:+12025552600;B=2;A=1", true],
    ["tel:+12025552600;ext=5", "tel:+12025552600", false],
    ["tel:2600;phone-context=EXAMPLE.com", "tel:2600;phone-context=example.com", true],
    ["tel:2600;phone-context=example.com", "tel:+2600", false],
  ])("%s equals %s: %s (RFC 3966 §5)", (one, other, isEqual) => {
    expect(factory.createUri(one).equals(factory.createUri(other))).toBe(isEqual);
  });
});
