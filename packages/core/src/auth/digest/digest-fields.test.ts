import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDigestInfo, serializeDigestInfo } from "./digest-info.js";
import { parseDigestChallenges, selectDigestChallenges, serializeDigestChallenge } from "./digest-challenge.js";
import { parseDigestCredentials, serializeDigestCredentials } from "./digest-credentials.js";

const credentialsText =
  'Digest username="bob", realm="biloxi.example.com", nonce="ea9c8e88df84f1cec4341ae6cbe5a359", ' +
  'uri="sip:biloxi.example.com", opaque="5ccc069c403ebaf9f0171e9517f40e41", algorithm=MD5, qop=auth, nc=00000001, ' +
  'cnonce="0a4f113b", response="b820162e9c102db760695217288004ce"';

function kindOf(text: string): string | undefined {
  return parseDigestCredentials(text)[0]?.kind;
}

describe("RFC 7616 §3.4 credentials field", () => {
  describe("when it is sound", () => {
    it("takes the scheme in any case and loose white space", () => {
      expect(kindOf(credentialsText.replace("Digest ", "dIGEST\t  "))).toBe("digest");
      expect(kindOf(credentialsText.replaceAll(", ", " ,\r\n ").replaceAll("=", " = "))).toBe("digest");
    });

    it("takes a URI without quotes, as clients of RFC 2543 send it", () => {
      const [parsed] = parseDigestCredentials(
        credentialsText.replace('"sip:biloxi.example.com"', "sip:bob@[::1];lr?a=b"),
      );
      expect(parsed).toMatchObject({ kind: "digest", value: { uri: "sip:bob@[::1];lr?a=b" } });
    });

    it("passes over empty list elements and unknown parameters", () => {
      expect(kindOf(`${credentialsText}, , auts="x", future=1,`)).toBe("digest");
    });

    it("undoes quoted-pairs", () => {
      const [parsed] = parseDigestCredentials(credentialsText.replace('"bob"', String.raw`"b\"o\\b"`));
      expect(parsed).toMatchObject({ value: { username: String.raw`b"o\b` } });
    });
  });

  describe("when it is not", () => {
    it.each([
      ["a missing user name", credentialsText.replace('username="bob", ', "")],
      ["a missing response", credentialsText.replace("response", "answer")],
      ["a missing realm", credentialsText.replace("realm", "kingdom")],
      ["qop without cnonce", credentialsText.replace('cnonce="0a4f113b", ', "")],
      ["qop without nc", credentialsText.replace("nc=00000001, ", "")],
      ["a short nc", credentialsText.replace("00000001", "1")],
      ["an nc that is no number", credentialsText.replace("00000001", "0000000g")],
      ["a parameter that stands twice", `${credentialsText}, realm="other"`],
      ["an open quote", credentialsText.slice(0, -1)],
      ["a missing comma", credentialsText.replace('bob",', 'bob"')],
      ["a line end in quotes", credentialsText.replace("bob", "b\r\nob")],
      ["both spellings of the user name", `${credentialsText}, username*=UTF-8''bob`],
      ["a user name in another character set", credentialsText.replace('username="bob"', "username*=ISO-8859-1''bob")],
      ["a user name that is no UTF-8", credentialsText.replace('username="bob"', "username*=UTF-8''%ff")],
      ["a user name with a broken escape", credentialsText.replace('username="bob"', "username*=UTF-8''b%4")],
      [
        "an extended name together with userhash",
        credentialsText.replace('username="bob"', "userhash=true, username*=UTF-8''b"),
      ],
      ["no parameters", "Digest"],
      ["a comma behind the scheme", `Digest,${credentialsText.slice(7)}`],
      ["no scheme", '="x"'],
    ])("finds %s malformed", (_, text) => {
      expect(kindOf(text)).toBe("malformed");
    });

    it("tells the realm of a malformed value where it could be read", () => {
      const [parsed] = parseDigestCredentials('Digest realm="biloxi.example.com", nonce=');
      expect(parsed).toEqual({
        kind: "malformed",
        reason: "realm, nonce, uri or response is missing",
        realm: "biloxi.example.com",
      });
    });

    it("tells other schemes apart", () => {
      expect(parseDigestCredentials("NoOneKnowsThisScheme opaque-data=here")).toEqual([
        { kind: "other", scheme: "NoOneKnowsThisScheme" },
      ]);
      expect(kindOf("Basic dXNlcjpwYXNz")).toBe("other");
      expect(kindOf("Basic dXNlcjpwYXNzdw==")).toBe("other");
      expect(kindOf("Negotiate")).toBe("other");
    });

    it("finds nothing in an empty field", () => {
      expect(parseDigestCredentials("  ")).toEqual([]);
    });
  });
});

describe("RFC 7616 §3.3 challenge field", () => {
  it("reads values joined by commas, though nobody may send them", () => {
    const challenges = selectDigestChallenges(['Digest realm="a", nonce="1", Digest realm="b", nonce="2"']);
    expect(challenges.map(({ realm }) => realm)).toEqual(["a", "b"]);
  });

  it("keeps what is sound before something broken", () => {
    const parsed = parseDigestChallenges('Digest realm="a", nonce="1", Digest realm="b", nonce="2');
    expect(parsed.map(({ kind }) => kind)).toEqual(["digest", "malformed"]);
  });

  it("takes an empty qop for none", () => {
    expect(selectDigestChallenges(['Digest realm="a", nonce="1", qop=""'])[0]?.qop).toBeUndefined();
  });

  it("wants realm and nonce", () => {
    expect(selectDigestChallenges(['Digest realm="a"', 'Digest nonce="a"'])).toEqual([]);
  });
});

describe("RFC 7616 §3.5 Authentication-Info", () => {
  it("reads what it writes", () => {
    const info = { nextnonce: "n", qop: "auth", rspauth: "0a", cnonce: "c", nc: "00000001" };
    const text = serializeDigestInfo(info);
    expect(text).toBe('nextnonce="n", qop=auth, rspauth="0a", cnonce="c", nc=00000001');
    expect(parseDigestInfo(text)).toEqual(info);
  });

  it("is undefined when malformed", () => {
    expect(parseDigestInfo('nextnonce="n')).toBeUndefined();
    expect(parseDigestInfo('Digest nextnonce="n"')).toBeUndefined();
  });
});

/** Any text that can stand between quotes: no line ends, and no half of a surrogate pair. */
const text = fc.string({ unit: "binary", maxLength: 20 }).map((value) => value.replaceAll(/[\r\n]/g, ""));
const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,10}$/);
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const count = fc.integer({ min: 0, max: 0xffffffff }).map((value) => value.toString(16).padStart(8, "0"));

const credentials = fc.record({
  username: text,
  realm: text,
  nonce: text,
  uri: text,
  response: text,
  algorithm: maybe(token),
  opaque: maybe(text),
  qop: maybe(token),
  nc: count,
  cnonce: text,
  userhash: fc.boolean(),
});

const challenge = fc.record({
  realm: text,
  nonce: text,
  algorithm: maybe(token),
  qop: maybe(fc.array(fc.constantFrom("auth", "auth-int", "future"), { minLength: 1, maxLength: 3 })),
  opaque: maybe(text),
  stale: fc.boolean(),
  domain: maybe(text),
  userhash: fc.boolean(),
  charset: maybe(token),
});

describe("digest fields, whatever they hold", () => {
  it("reads the credentials it writes", () => {
    fc.assert(
      fc.property(credentials, (value) => {
        expect(parseDigestCredentials(serializeDigestCredentials(value))).toEqual([{ kind: "digest", value }]);
      }),
    );
  });

  it("reads the challenges it writes", () => {
    fc.assert(
      fc.property(challenge, (value) => {
        expect(parseDigestChallenges(serializeDigestChallenge(value))).toEqual([{ kind: "digest", value }]);
      }),
    );
  });

  it("never throws on mutated text, and writes again what it could read", () => {
    const place = fc.nat(credentialsText.length);
    const piece = fc.oneof(
      fc.constantFrom('"', "\\", ",", "=", "\r\n", "\0", " ", "Digest ", "*"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(place, fc.nat(8), piece, (start, removed, inserted) => {
        const mutated = credentialsText.slice(0, start) + inserted + credentialsText.slice(start + removed);
        for (const parsed of parseDigestCredentials(mutated)) {
          if (parsed.kind === "digest") serializeDigestCredentials(parsed.value);
        }
        parseDigestChallenges(mutated);
        parseDigestInfo(mutated);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads 256 KB of rude text in linear time", () => {
    for (const rude of ['"', "\\", ",", "=", "a=", 'a="', " ", "\t\r\n ", "Digest ", "Digest a=b, "]) {
      const started = performance.now();
      parseDigestCredentials(`Digest ${rude.repeat(262_144 / rude.length)}`);
      parseDigestInfo(rude.repeat(262_144 / rude.length));
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});
