import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isEngineError } from "../errors/engine-error.js";
import { parseUri, tryParseUri } from "./parse-uri.js";
import type { SipUri } from "./sip-uri.js";

interface Vector {
  readonly uri: string;
  readonly valid: boolean;
  readonly why?: string;
  readonly scheme?: string;
  readonly user?: string | null;
  readonly userDecoded?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: number;
  readonly portRaw?: string;
  readonly params?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly number?: string;
  readonly global?: boolean;
}

function readVectors(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../test/vectors/${file}`, import.meta.url), "utf8")) as unknown;
}

const { uris } = readVectors("uri-parsing.json") as { uris: Vector[] };
const { parameters } = readVectors("uri-parameters.json") as { parameters: { name: string }[] };

function sip(text: string): SipUri {
  const uri = parseUri(text);
  if (uri.kind !== "sip") throw new TypeError(`${text} is no SIP URI`);
  return uri;
}

/** The parts that a vector names, as the parser reports them. */
function reported(vector: Vector): Partial<Vector> {
  const uri = parseUri(vector.uri);
  const found: Record<string, unknown> = { scheme: uri.scheme };
  if (uri.kind === "sip") {
    Object.assign(found, { user: uri.user ?? null, userDecoded: uri.decodedUser, password: uri.password });
    Object.assign(found, { host: uri.host, port: uri.port, portRaw: String(uri.port) });
    found["headers"] = Object.fromEntries(Array.from(uri.headers, ({ name, value }) => [name, value]));
    found["params"] = uri.parameters.toJSON();
  } else if (uri.kind === "tel") {
    Object.assign(found, { number: uri.number, global: uri.isGlobal, params: uri.parameters.toJSON() });
  }
  const asked = Object.keys(vector).filter((key) => !["uri", "valid", "why"].includes(key));
  return Object.fromEntries(asked.map((key) => [key, found[key]]));
}

describe("RFC 3261 §19.1.1 URI syntax", () => {
  describe("the vectors", () => {
    for (const vector of uris) {
      const { uri, valid, why, ...parts } = vector;
      if (valid) it(`reads ${uri}`, () => expect(reported(vector)).toEqual(parts));
      else it(`refuses ${uri}: ${why}`, () => expect(tryParseUri(uri)).toBeUndefined());
    }
  });

  describe("the registered parameters", () => {
    for (const { name } of parameters) {
      it(`keeps ${name}`, () => {
        const uri = sip(`sip:h.example.com;${name}=1;lr`);
        expect(uri.parameters.get(name.toUpperCase())).toBe("1");
        expect(String(uri.with({ user: "u" }))).toBe(`sip:u@h.example.com;${name}=1;lr`);
      });
    }
  });

  describe("a URI that is refused", () => {
    it.each([
      ["sip:al ice@h", 6],
      ["sip:alice@h;;lr", 12],
      ["sip:alice@h?a", 13],
      ["sip:alice@2001:db8::1", 10],
      ["sip:alice@h:1:2", 13],
      ["sip:a@b@c.com", 7],
      ["", 0],
      ["sip", 3],
      ["urn:", 4],
      ["tel:+1;ext=a", 6],
    ])("tells the offset in %j", (text, offset) => {
      expect(() => parseUri(text)).toThrow(`at offset ${offset}`);
    });

    it("is told by code, status and section", () => {
      try {
        parseUri("sip:");
        expect.unreachable();
      } catch (error) {
        expect(isEngineError(error) && [error.code, error.statusCode]).toEqual(["uri.malformed", 400]);
      }
    });

    it.each([
      "sip:a@[::1",
      "sip:a@[1:2:3]",
      "sip:a@[fe80::1%25eth0]",
      "sip:a@300.1.1.1",
      "sip:a@1.2.3",
      "sip:a@h..com",
    ])("has a bad host: %s", (text) => expect(tryParseUri(text)).toBeUndefined());

    it.each(["sip:a@.", "sip:a@.h", "sip:a%00%@h", "sip::b@h", "sip:ä@h", "sip:a@h;p=ä", "sip:a@h?b=c=d", "<sip:a@h>"])(
      "has characters out of place: %s",
      (text) => expect(tryParseUri(text)).toBeUndefined(),
    );
  });

  describe("what is tolerated", () => {
    it("takes underscores in hosts", () => {
      expect(sip("sip:a@my_host_1.example.com").host).toBe("my_host_1.example.com");
      expect(sip("sip:_sip._udp.example.com").host).toBe("_sip._udp.example.com");
    });

    it("takes the third colon before an embedded IPv4 address and never writes it", () => {
      const uri = sip("sip:user@[2001:db8:::192.0.2.1]");
      expect(uri.host).toBe("2001:db8::192.0.2.1");
      expect(String(uri)).toBe("sip:user@[2001:db8:::192.0.2.1]");
      expect(String(uri.with({ port: 5070 }))).toBe("sip:user@[2001:db8::192.0.2.1]:5070");
    });

    it("takes lr with any value as loose routing", () => {
      for (const text of ["sip:p;lr", "sip:p;lr=on", "sip:p;lr=true", "sip:p;LR", "sip:p;lr=", "sip:p;%6Cr"]) {
        expect(sip(text).lr).toBe(true);
      }
      expect(sip("sip:p;lrx").lr).toBe(false);
    });
  });
});

describe("RFC 3261 §19.1.2 escapes", () => {
  it("are undone once, after the parts were told apart", () => {
    const uri = sip("sip:sips%3Auser%40example.com@example.net;%6C%72;n%61me=v%61lue%25%34%31");
    expect(uri.decodedUser).toBe("sips:user@example.com");
    expect(uri.host).toBe("example.net");
    expect(uri.parameters.toJSON()).toEqual({ lr: null, name: "value%41" });
  });

  it("keep NUL and octets that are no UTF-8", () => {
    expect(sip("sip:null-%00-null@h").decodedUser).toBe("null-\u0000-null");
    expect(sip("sip:%ff%41@h").decodedUser).toBe("%FFA");
  });

  it("stand for UTF-8", () => {
    expect(sip("sip:J%C3%BCrgen@h").decodedUser).toBe("Jürgen");
  });
});

describe("RFC 3966 §3 tel URI syntax", () => {
  it("reads number, extension, subaddress and context", () => {
    const uri = parseUri("TEL:+1-201-555-0123;ext=1-2;isub=ab;phone-context=+44");
    expect(uri.kind === "tel" && [uri.digits, uri.extension, uri.subaddress, uri.phoneContext]).toEqual([
      "+12015550123",
      "1-2",
      "ab",
      "+44",
    ]);
    expect(String(uri)).toBe("TEL:+1-201-555-0123;ext=1-2;isub=ab;phone-context=+44");
  });

  it.each([
    "tel:",
    "tel:+",
    "tel:-",
    "tel:+12;ext=1;ext=2",
    "tel:+12;ext",
    "tel:12;phone-context=",
    "tel:12;phone-context=-x-",
    "tel:+1a",
    "tel:+1;;a",
    "tel:+1;a_b",
    "tel:+1 2",
  ])("refuses %s", (text) => expect(tryParseUri(text)).toBeUndefined());

  it("takes hexadecimal digits, * and # in local numbers", () => {
    expect(tryParseUri("tel:*21#aF;phone-context=example.com")?.kind).toBe("tel");
  });
});

describe("other schemes", () => {
  it.each([
    "nobodyKnowsThisScheme:totallyopaquecontent",
    "soap.beep://192.0.2.103:3002",
    "isbn:2983792873",
    "name:John_Smith",
  ])("carries %s along", (text) => {
    const uri = parseUri(text);
    expect([uri.kind, String(uri)]).toEqual(["other", text]);
  });
});
