import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addressOfRecordKey } from "./address-of-record-key.js";
import { parseUri, tryParseUri } from "./parse-uri.js";

interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly equal: boolean;
  readonly why: string;
}

const file = new URL("../../test/vectors/uri-comparison.json", import.meta.url);
const { comparisons } = JSON.parse(readFileSync(file, "utf8")) as { comparisons: Comparison[] };

/** Compares both ways round; a text that is no URI (`tel:7042` of the vectors lacks its context) equals none. */
function equal(a: string, b: string): boolean {
  const [left, right] = [tryParseUri(a), tryParseUri(b)];
  if (left === undefined || right === undefined) return false;
  const answers = [left.equals(right), right.equals(left)];
  expect(answers[0]).toBe(answers[1]);
  if (answers[0] === true) expect(left.key).toBe(right.key);
  return answers[0] === true;
}

describe("RFC 3261 §19.1.4, RFC 3966 §4 URI comparison", () => {
  describe("the vectors", () => {
    for (const { a, b, equal: expected, why } of comparisons) {
      it(`${a} ${expected ? "=" : "≠"} ${b} (${why})`, () => expect(equal(a, b)).toBe(expected));
    }
  });

  it.each([
    ["sip:a@[2001:db8::192.0.2.1]", "sip:a@[2001:db8:::192.0.2.1]", true],
    ["sip:a@[::ffff:192.0.2.1]", "sip:a@[::FFFF:c000:201]", true],
    ["sip:a@[::ffff:192.0.2.1]", "sip:a@192.0.2.1", false],
    ["sip:a@h;maddr=[::1]", "sip:a@h;maddr=[0:0::1]", true],
    ["sip:a@h:05060", "sip:a@h:5060", true],
    ["sip:a:p%6Fss@h", "sip:a:poss@h", true],
    ["sip:%00@h", "sip:%00%00@h", false],
    ["sip:a@h;x", "sip:a@h;x=1", false],
    ["sip:a@h?to=sip:Bob%40b.com", "sip:a@h?to=sip:Bob%40B.COM", true],
    ["sip:a@h?to=sip:Bob%40b.com", "sip:a@h?to=sip:bob%40b.com", false],
    ["sip:a@h?priority=Urgent", "sip:a@h?priority=urgent", true],
    ["sip:a@h?subject=Hi", "sip:a@h?subject=hi", false],
    ["sip:a@h?x=%22A%22b", "sip:a@h?x=%22A%22B", true],
    ["sip:a@h?x=%22A%22b", "sip:a@h?x=%22a%22b", false],
    ["sip:a@h?x=1&x=2", "sip:a@h?x=2&x=1", false],
    ["sip:a@h?x=1&y=2", "sip:a@h?x=1&z=2", false],
    ["sip:+1@h", "tel:+1", false],
    ["urn:uuid:F81D4FAE-7DEC", "urn:UUID:f81d4fae-7dec", true],
    ["urn:example:A", "urn:example:a", false],
    ["HTTP://h/%61", "http://h/a", true],
    ["http://h/A", "http://h/a", false],
    ["tel:+12;ext=1-2", "tel:+1-2;EXT=12", true],
    ["tel:12;phone-context=+1-2", "tel:12;phone-context=+12", true],
    ["tel:+12;a=1", "tel:+12;a=2", false],
    ["tel:+12;a=1", "tel:+12;a", false],
  ])("%s and %s: %s", (a, b, expected) => expect(equal(a, b)).toBe(expected));

  it("is not transitive, and the key serves as a bucket", () => {
    expect(equal("sip:c@h;security=on", "sip:c@h")).toBe(true);
    expect(equal("sip:c@h", "sip:c@h;security=off")).toBe(true);
    expect(equal("sip:c@h;security=on", "sip:c@h;security=off")).toBe(false);
    expect(parseUri("sip:c@h;security=on").key).toBe(parseUri("sip:c@h;security=off").key);
  });

  it("takes linear time for long parameter lists", () => {
    const names = Array.from({ length: 80_000 }, (_, index) => `p${index}=v`);
    const started = performance.now();
    expect(equal(`sip:h;${names.join(";")}`, `sip:h;${names.toReversed().join(";")}`)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("RFC 3261 §10.3 step 5 canonical address-of-record", () => {
  it.each([
    ["sip:%61lice:pw@Atlanta.COM:5060;user=phone;transport=tcp?a=b", "sip:alice@atlanta.com"],
    ["sips:alice@atlanta.com", "sip:alice@atlanta.com"],
    ["sip:Alice@atlanta.com", "sip:Alice@atlanta.com"],
    ["sip:%2B1@h", "sip:+1@h"],
    ["sip:a%40b@h", "sip:a%40b@h"],
    ["sip:a%3bb%ff@h", "sip:a;b%FF@h"],
    ["sip:h.example.com", "sip:h.example.com"],
    ["sip:a@[2001:DB8::1]", "sip:a@[2001:db8:0:0:0:0:0:1]"],
    ["tel:+1-201-555", "tel:+1201555"],
  ])("of %s is %s", (text, key) => {
    expect(addressOfRecordKey(parseUri(text))).toBe(key);
    expect(addressOfRecordKey(parseUri(key))).toBe(key);
  });

  it("tells NUL characters apart", () => {
    expect(addressOfRecordKey(parseUri("sip:%00@h"))).not.toBe(addressOfRecordKey(parseUri("sip:%00%00@h")));
  });
});
