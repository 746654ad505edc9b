import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ParseFailure } from "./parse-failure.js";
import { defaultParseLimits, type ParseLimits } from "./parse-limits.js";
import { parseMessage } from "./parse-message.js";
import { serializeMessage } from "./serialize-message.js";
import { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

const lines = [
  "OPTIONS sip:bob@example.com SIP/2.0",
  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
  "From: <sip:alice@example.org>;tag=1",
  "To: <sip:bob@example.com>",
  "Call-ID: 1@192.0.2.1",
  "CSeq: 1 OPTIONS",
];
const bytesOf = (text: string): Buffer => Buffer.from(text, "utf8");
const withLines = (...more: string[]): Buffer => bytesOf([...lines, ...more, "", ""].join("\r\n"));

function parse(bytes: Uint8Array, limits?: ParseLimits): SipRequest | SipResponse {
  const parsed = parseMessage(bytes, limits);
  if (parsed.kind === "failure") throw new RangeError(parsed.reason);
  return parsed;
}

function refuse(bytes: Uint8Array, limits?: ParseLimits): ParseFailure {
  const parsed = parseMessage(bytes, limits);
  if (parsed.kind !== "failure") throw new RangeError("was taken");
  return parsed;
}

describe("RFC 3261 §7.3 header fields", () => {
  it("are the same in long, compact and folded form and with lone LF", () => {
    const long = parse(withLines("Subject: a b", "Contact: <sip:a@b>"));
    const other = parse(bytesOf([...lines, "s  :a", "\t b", "M: <sip:a@b>", "", ""].join("\n")));
    for (const name of ["Subject", "Via", "Call-ID"] as const) expect(other.get(name)).toEqual(long.get(name));
    expect(other.getText("Contact")).toBe("<sip:a@b>");
  });

  it("leave with CRLF when they came folded with LF", () => {
    const text = Buffer.from(
      serializeMessage(parse(bytesOf([...lines, "Subject: a", " b", "", ""].join("\n")))),
    ).toString();
    expect(text).toContain("Subject: a\r\n b\r\n");
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("keep their order, and values of one header theirs over lines and commas", () => {
    const message = parse(withLines("Supported: a, b", "X: 1", "k: c", "X: 2"));
    expect(message.get("Supported")).toEqual(["a", "b", "c"]);
    expect(message.getTexts("X")).toEqual(["1", "2"]);
  });

  it.each(["no colon here", ": no name", "a b: c", "Subject\r\n : x", " Subject: x"])("are refused as %j", (line) => {
    expect(refuse(bytesOf([lines[0], line, ...lines.slice(1), "", ""].join("\r\n"))).statusCode).toBe(400);
  });

  it("may come behind empty lines", () => {
    expect(parse(Buffer.concat([bytesOf("\r\n\r\n"), withLines()])).method).toBe("OPTIONS");
  });

  it.each(["", "\r\n", "OPTIONS sip:a@b SIP/2.0", "OPTIONS sip:a@b SIP/2.0\r\nVia: x", "\0\0\0"])(
    "must come to an end: %j",
    (text) => {
      expect(refuse(bytesOf(text)).kind).toBe("failure");
    },
  );
});

describe("RFC 3261 §18.3 body", () => {
  it("goes to the end of the datagram without Content-Length", () => {
    expect(Buffer.from(parse(Buffer.concat([withLines(), bytesOf("abc")])).body).toString()).toBe("abc");
  });

  it("ends with its Content-Length; what follows is ignored", () => {
    expect(Buffer.from(parse(Buffer.concat([withLines("l: 2"), bytesOf("abc")])).body).toString()).toBe("ab");
  });

  it.each([
    ["l: 4", "Content-Length is 4 but 3 octets follow"],
    ["l: -1", "Content-Length is no number"],
    ["l: 1e1", "Content-Length is no number"],
    ["l: 00000000003", "Content-Length is no number"],
    ["l: 3\r\nContent-Length: 2", "Content-Length stands twice with different values"],
  ])("cannot be told with %j", (line, reason) => {
    const failure = refuse(Buffer.concat([withLines(line), bytesOf("abc")]));
    expect(failure).toMatchObject({ reason, statusCode: 400 });
    expect(failure.message?.callId).toBe("1@192.0.2.1");
  });

  it("holds any octets", () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    expect(Buffer.from(parse(Buffer.concat([withLines("l: 256"), body])).body).equals(body)).toBe(true);
  });
});

describe("limits", () => {
  const limits = {
    ...defaultParseLimits,
    startLine: 60,
    headerField: 80,
    headerSection: 400,
    headerFields: 8,
    viaFields: 2,
    body: 10,
  };

  it.each([
    ["a start line", bytesOf(`OPTIONS sip:${"b".repeat(60)}@c SIP/2.0\r\n\r\n`), 414],
    ["a field", withLines(`X: ${"y".repeat(80)}`), 513],
    ["the header section", withLines(...Array.from({ length: 8 }, () => `X: ${"y".repeat(60)}`)), 513],
    ["the number of fields", withLines("a: 1", "b: 1", "c: 1", "d: 1"), 513],
    ["the number of Vias", withLines("v: SIP/2.0/UDP a", "v: SIP/2.0/UDP b"), 400],
    ["a body", Buffer.concat([withLines("l: 11"), bytesOf("12345678901")]), 413],
  ])("hold for %s", (_what, bytes, statusCode) => {
    expect(refuse(bytes, limits).statusCode).toBe(statusCode);
  });

  it("let pass what stays below", () => {
    expect(parse(withLines("a: 1", "b: 1"), limits).fields).toHaveLength(7);
  });
});

describe("RFC 3261 §16.3 step 1: what every element must understand", () => {
  const replaced = (place: number, line: string): Buffer =>
    bytesOf([...lines.slice(0, place), line, ...lines.slice(place + 1), "", ""].join("\r\n"));

  it.each([
    [1, "Via: SIP/2.0/UDP"],
    [1, "Via: SIP/2.0/UDP a;branch=1;branch=2"],
    [1, "Via: SIP/2.0/UDP a;rport=65536"],
    [2, 'From: "Alice <sip:alice@example.org>'],
    [3, "To: sip:bob@example.com?x=y"],
    [4, "Call-ID:"],
    [4, "Call-ID: a@b@c"],
    [5, "CSeq: 2147483648 OPTIONS"],
    [5, "CSeq: OPTIONS"],
    [5, "CSeq: 1 INVITE"],
    [5, "Max-Forwards: seventy"],
    [5, "Contact: <sip:a>,"],
    [5, "Route: sip:a"],
  ])("line %i as %j is a 400 that tells where", (place, line) => {
    const failure = refuse(replaced(place, line));
    expect(failure.statusCode).toBe(400);
    expect(failure.offset).toBe(lines.slice(0, place).join("\r\n").length + 2);
    expect(failure.message).toBeInstanceOf(SipRequest);
  });

  it("takes the largest CSeq", () => {
    expect(parse(replaced(5, "CSeq: 2147483647 OPTIONS")).cseq.sequenceNumber).toBe(2_147_483_647);
  });

  it("answers 501 where the method is unknown and CSeq says another", () => {
    const bytes = bytesOf(["NEWMETHOD sip:a@b SIP/2.0", ...lines.slice(1), "", ""].join("\r\n"));
    expect(refuse(bytes).statusCode).toBe(501);
  });

  it.each(["Expires: soon", "Date: yesterday", "X: \u0000", "Event:"])("lets %j pass", (line) => {
    expect(parse(withLines(line)).fields).toHaveLength(6);
  });

  it("leaves enough to answer a broken start line", () => {
    const { message, offset } = refuse(bytesOf(["OPTIONS <sip:a@b> SIP/2.0", ...lines.slice(1), "", ""].join("\r\n")));
    expect([message?.method, message?.callId, offset]).toEqual(["OPTIONS", "1@192.0.2.1", 8]);
  });
});

describe("any message", () => {
  const name = fc.oneof(
    fc.constantFrom("Subject", "s", "SUPPORTED", "k", "X-Any", "Server", "Reason", "Route", "m"),
    fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,20}$/),
  );
  const word = fc
    .string({ unit: "grapheme", maxLength: 20 })
    .map((text) => text.replaceAll(/[\u0000-\u001f\u007f]/gu, ""));
  const fold = fc.constantFrom(" ", "  ", "\t", "\r\n ", "\r\n\t ");
  const value = fc.array(fc.tuple(word, fold), { maxLength: 4 }).map((parts) => parts.flat().join("").trim());
  const field = fc.tuple(name, fc.constantFrom(":", " :", ": ", " : "), value).map((parts) => parts.join(""));
  const needless = (text: string): boolean =>
    !/^(?:via|v|from|f|to|t|call-id|i|cseq|contact|m|route|record-route|max-forwards|content-length|l)\s*:/i.test(text);

  it("that is taken leaves as it came", () => {
    fc.assert(
      fc.property(
        fc.array(field.filter(needless), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 50 }),
        (fields, body) => {
          const bytes = Buffer.concat([withLines(...fields, `Content-Length: ${body.length}`), body]);
          expect(Buffer.from(serializeMessage(parse(bytes))).toString("latin1")).toBe(bytes.toString("latin1"));
        },
      ),
    );
  });

  it("means the same in compact and long form", () => {
    fc.assert(
      fc.property(
        fc.array(field.filter(needless), { maxLength: 8 }),
        fc.constantFrom("compact" as const, "long" as const),
        (fields, form) => {
          const message = parse(withLines(...fields, "l: 0"));
          const again = parse(serializeMessage(message, { form }));
          expect(again.fields.map(({ key, text }) => [key, text])).toEqual(
            message.fields.map(({ key, text }) => [key, text]),
          );
        },
      ),
    );
  });

  it("random octets, and a message with some of them changed, never throw", () => {
    const whole = withLines("Contact: <sip:a@b>;q=0.5", "Route: <sip:p;lr>", "l: 0");
    const changed = fc
      .array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      })
      .map((changes) => {
        const bytes = Buffer.from(whole);
        for (const [place, octet] of changes) bytes[place] = octet;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (bytes) => {
        const parsed = parseMessage(bytes);
        if (parsed.kind === "failure") {
          expect(parsed.offset).toBeLessThanOrEqual(bytes.length);
          return;
        }
        if (parsed.has("Via")) expect(parsed.topVia.host).not.toBe("");
        if (parsed.has("CSeq")) expect(parsed.cseq.method).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});
