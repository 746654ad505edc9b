import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEngineError } from "../errors/engine-error.js";
import { addressOfRecordKey } from "./address-of-record-key.js";
import { parseUri, tryParseUri } from "./parse-uri.js";
import { requestParts } from "./request-parts.js";
import { SipUri } from "./sip-uri.js";
import { sipToTel, telToSip } from "./tel-conversion.js";
import { TelUri } from "./tel-uri.js";

/** Well formed text: an unpaired surrogate has no UTF-8. */
const anyText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/\p{Cs}/u.test(text));
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/u);
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom("localhost", "my_host", "example.com."));
const value = fc.oneof(anyText, fc.constant(true as const));

const sipUri = fc
  .record(
    {
      scheme: fc.constantFrom("sip" as const, "sips" as const),
      decodedUser: anyText,
      host,
      port: fc.integer({ min: 0, max: 65_535 }),
      parameters: fc.dictionary(token, value, { maxKeys: 5 }),
      headers: fc.dictionary(token, anyText, { maxKeys: 3 }),
    },
    { requiredKeys: ["host"] },
  )
  .map((parts) => SipUri.create(parts));

const telUri = fc
  .tuple(
    fc.stringMatching(/^\+[0-9][-0-9.()]{0,12}$/u),
    fc.dictionary(token, fc.stringMatching(/^[0-9]{1,6}$/u), { maxKeys: 4 }),
  )
  .filter(([, parameters]) => !("phone-context" in parameters))
  .map(([number, parameters]) => TelUri.create({ number, parameters }));

/** Texts that look like URIs, cut and mixed. */
const uriLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "sip:",
        "sips:",
        "tel:",
        "urn:",
        "@",
        ":",
        ";",
        "?",
        "=",
        "&",
        "%",
        "%41",
        "%0",
        "[",
        "]",
        "::",
        "1.2.3.4",
        "a",
        "lr",
        "+1",
        "\0",
        "é",
        " ",
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(""));

describe("RFC 3261 §19.1 properties of URIs", () => {
  it("what is built is read back the same", () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        const read = parseUri(String(uri));
        expect(read).toBeInstanceOf(SipUri);
        if (!(read instanceof SipUri)) return;
        expect([read.decodedUser, read.port, read.scheme]).toEqual([uri.decodedUser, uri.port, uri.scheme]);
        expect([...read.parameters]).toEqual([...uri.parameters]);
        expect([...read.headers]).toEqual([...uri.headers]);
        expect(read.equals(uri) && uri.equals(read)).toBe(true);
        expect(read.key).toBe(uri.key);
      }),
    );
  });

  it("what is read and changed to itself is equal and as stable", () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        const again = uri.with({});
        expect(String(again)).toBe(String(uri));
        expect(again.equals(uri)).toBe(true);
      }),
    );
  });

  it("equality is symmetric and equal URIs share a key", () => {
    const variants = fc.tuple(
      fc.constantFrom(
        "sip:a@h",
        "sip:%61@H",
        "sip:A@h",
        "sip:h",
        "sips:a@h",
        "sip:a:b@h",
        "sip:a@[::1]",
        "sip:a@[0:0::1]",
      ),
      fc.subarray([
        ";transport=tcp",
        ";TRANSPORT=TCP",
        ";x=1",
        ";x=2",
        ";lr",
        ";maddr=1.2.3.4",
        ";method=BYE",
        ";ttl=1",
      ]),
      fc.constantFrom("", "?a=1", "?A=1", "?a=1&b=2", "?b=2&a=1"),
    );
    fc.assert(
      fc.property(variants, variants, ([a, ap, ah], [b, bp, bh]) => {
        const [left, right] = [parseUri(a + ap.join("") + ah), parseUri(b + bp.toReversed().join("") + bh)];
        expect(left.equals(right)).toBe(right.equals(left));
        if (left.equals(right)) expect(left.key).toBe(right.key);
      }),
    );
  });

  it("any text is a URI or throws an error of the engine", () => {
    fc.assert(
      fc.property(fc.oneof(uriLike, fc.string(), fc.string({ unit: "binary" })), (text) => {
        try {
          const uri = parseUri(text);
          expect(String(uri)).toBe(text);
          expect(uri.equals(parseUri(text))).toBe(true);
          expect(tryParseUri(addressOfRecordKey(uri))).toBeDefined();
          if (uri.kind === "sip") requestParts(uri);
        } catch (error) {
          expect(isEngineError(error) && error.code).toBe("uri.malformed");
          expect(tryParseUri(text)).toBeUndefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("an address-of-record key is its own key", () => {
    fc.assert(
      fc.property(sipUri, (uri) => {
        const key = addressOfRecordKey(uri);
        expect(addressOfRecordKey(parseUri(key))).toBe(key);
      }),
    );
  });

  it("long rude texts take little time", () => {
    const size = 240_000;
    const rude = [";", "%", "%41", "[", ":", "@", "a.", "&a=", ";a", "=", "?", "1", "-"].flatMap((unit) =>
      ["sip:", "sip:a@", "sip:h", "sip:h?", "tel:+1", "tel:", "x:", "sip:[", ""].map(
        (start) => start + unit.repeat(size / unit.length),
      ),
    );
    for (const text of rude) {
      const started = performance.now();
      const uri = tryParseUri(text);
      if (uri !== undefined) void uri.key;
      expect(performance.now() - started, text.slice(0, 20)).toBeLessThan(5000);
    }
  });
});

describe("RFC 3261 §19.1.6 properties of telephone numbers", () => {
  it("go through a SIP URI and come back equal", () => {
    fc.assert(
      fc.property(telUri, (tel) => {
        const uri = telToSip(tel, { host: "gw.example.com" });
        expect(parseUri(String(uri)).equals(uri)).toBe(true);
        expect(sipToTel(uri)?.equals(tel)).toBe(true);
      }),
    );
  });
});
