import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Contact } from "../headers/contact.js";
import { headerDefinition } from "../headers/header-table.js";
import { NameAddress } from "../headers/name-address.js";
import { Via } from "../headers/via.js";
import { parseUri } from "../uri/parse-uri.js";
import { SipUri } from "../uri/sip-uri.js";
import { plainUriEnd } from "./plain-uri.js";
import { plainForm, plainValueEnd, type PlainForm } from "./plain-value.js";

/** The octets of a text, one for each character, as they stand in a message. */
const onOctets =
  (passes: (octets: Uint8Array, start: number) => number) =>
  (text: string, start = 0): boolean =>
    passes(Buffer.from(`${text}\r\n`, "latin1"), start) === text.length;
const ofForm = (form: PlainForm) => onOctets((octets, start) => plainValueEnd(form, octets, start));

const isPlainCallId = ofForm(plainForm.callId);
const isPlainNameAddress = ofForm(plainForm.address);
const isPlainUri = onOctets(plainUriEnd);
const isPlainVia = ofForm(plainForm.via);

/** Usual values most of the time, so that enough of them go the short way; odd ones now and then. */
const often = (usual: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 9 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });

const host = fc.oneof(
  { arbitrary: fc.constantFrom("a.example.com", "192.0.2.1", "h-1.x", "localhost"), weight: 6 },
  fc.array(fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/), { minLength: 1, maxLength: 4 }).map((labels) => labels.join(".")),
  fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 5 }).map((parts) => parts.join(".")),
  fc.constantFrom("a.example.", ".a", "a..b", "1.2.3.4.5", "0001.2.3.4", "a-.b", "-a.b", "a.1b", "[2001:db8::1]", ""),
);
const port = often(["", ":5060", ":1"], [":0", ":65535", ":65536", ":", ":00005060", ":5a"]);
const name = often(
  ["tag", "lr", "branch", "transport"],
  ["Tag", "rport", "q", "expires", "ttl", "received", "%41", "a_b"],
);
const value = often(
  ["", "=1", "=a.b"],
  ["=", "=0.5", "=1.5", '="x;y"', "=256", "=99999", "=z9hG4bK!~", "=%41", "=<a>"],
);
const parameters = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((list) => list.map(([each, text]) => `;${each}${text}`).join(""));
const scheme = often(["sip:", "sips:"], ["SIP:", "tel:", ""]);
const user = often(["", "alice@", "a.b_c!~*'+@"], ["a%41@", "a:b@", "@", "a b@", "a;b@", "a&b@"]);
const uri = fc.tuple(scheme, user, host, port, parameters).map((parts) => parts.join(""));
const display = often(
  ["", "Bob ", '"Bob" '],
  ["Bob", '"B\\"b" ', '"B<b>" ', "B b ", "Bob\t", '"', '"\u00fc" ', "a@b "],
);
const address = fc.tuple(display, uri, parameters).map(([who, where, rest]) => `${who}<${where}>${rest}`);
const via = fc
  .tuple(
    often(["SIP/2.0/"], ["sip/2.0/", "SIP/2.0 / ", "SIP/3.0/"]),
    often(["UDP ", "X-y "], ["U P ", "UDP"]),
    host,
    port,
    parameters,
  )
  .map((parts) => parts.join(""));

/** Text a little damaged, as it may come from a rude peer. */
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    text,
    fc
      .tuple(text, fc.nat({ max: 80 }), fc.constantFrom(",", ";", "\\", '"', "<", ">", " ", "\u0000", "=", "é", "@"))
      .map(([whole, place, sign]) => whole.slice(0, place) + sign + whole.slice(place)),
  );
const runs = { numRuns: 3000 };

/** What the full parser makes of a text, and what is made of it when it is known to be plain. */
function bothWays(key: string, text: string): [unknown[], unknown[]] {
  const definition = headerDefinition(key);
  const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  return [listOf(definition?.parse(text)), listOf(definition?.parsePlain(text))];
}

function uriParts(uri: unknown): unknown {
  if (!(uri instanceof SipUri)) throw new TypeError("no SIP URI");
  const { scheme, user, password, host, port, lr, transport } = uri;
  return { scheme, user, password, host, port, lr, transport, parameters: [...uri.parameters], text: String(uri) };
}

function addressParts(address: unknown): unknown {
  if (!(address instanceof NameAddress || address instanceof Contact)) throw new TypeError("no address");
  const { displayName, uri, parameters } = address;
  return { displayName, uri: uriParts(uri), parameters: [...parameters], text: String(address) };
}

function viaParts(via: unknown): unknown {
  if (!(via instanceof Via)) throw new TypeError("no Via");
  const { protocol, transport, host, port, branch, received, rport, maddr, ttl } = via;
  const named = { branch, received, rport, maddr, ttl };
  return { protocol, transport, host, port, ...named, parameters: [...via.parameters], text: String(via) };
}

describe("plain values: what the short way takes, the grammar takes with the same meaning", () => {
  it("addresses of From, To, Contact, Route, Record-Route (RFC 3261 §20.10)", () => {
    let plain = 0;
    fc.assert(
      fc.property(damaged(address), fc.constantFrom("from", "to", "contact", "route", "record-route"), (text, key) => {
        if (!isPlainNameAddress(`X: ${text}`, 3)) return;
        plain++;
        const [parsed, plainly] = bothWays(key, text);
        expect(plainly.map(addressParts)).toEqual(parsed.map(addressParts));
        expect(parsed).toHaveLength(1);
      }),
      runs,
    );
    expect(plain).toBeGreaterThan(50);
  });

  it("Via (RFC 3261 §20.42)", () => {
    let plain = 0;
    fc.assert(
      fc.property(damaged(via), (text) => {
        if (!isPlainVia(`Via: ${text}`, 5)) return;
        plain++;
        const [parsed, plainly] = bothWays("via", text);
        expect(plainly.map(viaParts)).toEqual(parsed.map(viaParts));
        expect(parsed).toHaveLength(1);
      }),
      runs,
    );
    expect(plain).toBeGreaterThan(50);
  });

  it("Request-URIs (RFC 3261 §19.1.1)", () => {
    let plain = 0;
    fc.assert(
      fc.property(damaged(uri), (text) => {
        if (!isPlainUri(text)) return;
        plain++;
        const parsed = parseUri(text);
        expect(parsed.kind === "sip" && parsed.headers.size).toBe(0);
        expect(parsed.toString()).toBe(text);
        expect(uriParts(SipUri.ofPlain(text))).toEqual(uriParts(parsed));
      }),
      runs,
    );
    expect(plain).toBeGreaterThan(50);
  });

  it("Call-ID (RFC 3261 §20.8)", () => {
    fc.assert(
      fc.property(damaged(fc.stringMatching(/^[a-zA-Z0-9.@!%*_+`'~-]{0,20}$/)), (text) => {
        if (isPlainCallId(`i: ${text}`, 3)) expect(headerDefinition("call-id")?.parse(text)).toBe(text);
      }),
      runs,
    );
  });
});

describe("plain values: CSeq (RFC 3261 §20.16)", () => {
  const isPlainCSeq = ofForm(plainForm.cseq);

  it("means what the grammar says", () => {
    const numbers = often(["1", "63104", "0009"], ["", "-1", "2147483648", "999999999999"]);
    const methods = often(["INVITE", "x-y!"], ["", "A B", "Ä", " ACK"]);
    fc.assert(
      fc.property(damaged(fc.tuple(numbers, methods).map((parts) => parts.join(" "))), (text) => {
        if (!isPlainCSeq(`CSeq: ${text}`, 6)) return;
        const [parsed, plainly] = bothWays("cseq", text);
        expect(plainly).toEqual(parsed);
      }),
      runs,
    );
    expect(isPlainCSeq("CSeq: 63104 INVITE", 6)).toBe(true);
  });
});

describe("plain values: what is usual goes the short way", () => {
  it.each([
    "<sip:alice@atlanta.example.com>;tag=9fxced76sl",
    "Alice <sips:alice@192.0.2.1:5061;transport=tls;lr>;tag=1",
    '"Alice A. Smith" <sip:+12125551212@gw-1.example.com;user=phone>',
    "<sip:p1.example.com;lr>",
  ])("address %s", (text) => {
    expect(isPlainNameAddress(`To: ${text}`, 4)).toBe(true);
  });

  it("Via with branch, rport and received", () => {
    expect(isPlainVia("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport=5;received=192.0.2.9", 5)).toBe(true);
  });

  it("Call-ID with a host", () => {
    expect(isPlainCallId("Call-ID: f81d4fae-7dec@192.0.2.1", 9)).toBe(true);
  });
});

describe("plain values: what may be wrong goes the long way", () => {
  it.each(["a;branch=1;BRANCH=2", "a;x;y;x", "a;lr=1;q=2;LR"])("parameters that stand twice: %s", (text) => {
    expect(isPlainVia(`v: SIP/2.0/UDP ${text}`, 3)).toBe(false);
  });

  it("thousands of parameters, in linear time", () => {
    const start = performance.now();
    expect(isPlainVia(`v: SIP/2.0/UDP a${";a=b".repeat(200_000)}`, 3)).toBe(false);
    expect(
      isPlainVia(`v: SIP/2.0/UDP a${Array.from({ length: 200_000 }, (_, index) => `;p${index}`).join("")}`, 3),
    ).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
