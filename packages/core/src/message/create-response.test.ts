import { describe, expect, it } from "vitest";
import { checkRequest } from "./check-request.js";
import { createResponse } from "./create-response.js";
import { createsDialog, refreshesTarget } from "./methods.js";
import { parseMessage } from "./parse-message.js";
import { reasonPhrase } from "./status-codes.js";
import type { SipRequest } from "./sip-request.js";
import { serializeMessage } from "./serialize-message.js";
import { fieldsWithoutTopVia, rewriteTopVia } from "./top-via.js";

const lines = [
  "INVITE sip:bob@example.com SIP/2.0",
  "Via: SIP/2.0/UDP p1;branch=z9hG4bK1;received=192.0.2.1",
  "Record-Route: <sip:p1;lr>, <sip:p0;lr>",
  "v: SIP/2.0/UDP p0;branch=z9hG4bK0,",
  "  SIP/2.0/UDP ua;branch=z9hG4bKu",
  "f: <sip:alice@example.org>;tag=1",
  "To: <sip:bob@example.com>  ",
  "Record-Route: <sip:edge;lr>",
  "Call-ID: 1@192.0.2.1",
  "CSeq: 1 INVITE",
  "Timestamp: 54",
  "Max-Forwards: 70",
  "Subject: not copied",
];
const parse = (each: readonly string[]): SipRequest =>
  parseMessage(Buffer.from([...each, "", ""].join("\r\n"))) as SipRequest;
const request = parse(lines);
const without = (name: string): SipRequest => parse(lines.filter((line) => !line.startsWith(name)));

describe("RFC 3261 §8.2.6 creating a response", () => {
  const linesOf = (statusCode: number, toTag?: string, from = request): string[] =>
    createResponse(from, statusCode, { toTag })
      .build()
      .fields.map(({ line }) => line);

  it("copies Via, From, To, Call-ID and CSeq as they came and in order", () => {
    expect(linesOf(486, "t").map((line) => line.split(":")[0])).toEqual(["Via", "v", "f", "To", "Call-ID", "CSeq"]);
    expect(linesOf(486)[1]).toBe("v: SIP/2.0/UDP p0;branch=z9hG4bK0,\r\n  SIP/2.0/UDP ua;branch=z9hG4bKu");
  });

  it("puts a tag behind a To without one, but not in a 100", () => {
    expect(linesOf(180, "abc")).toContain("To: <sip:bob@example.com>;tag=abc");
    expect(createResponse(request, 100, { toTag: "abc" }).build().toTag).toBeUndefined();
  });

  it("keeps the tag that To has", () => {
    const inside = parse(lines.map((line) => (line.startsWith("To") ? "To: <sip:bob@example.com>;tag=old" : line)));
    expect(createResponse(inside, 200, { toTag: "new" }).build().toTag).toBe("old");
  });

  it("copies Record-Route in full where a dialog may arise (§12.1.1)", () => {
    for (const statusCode of [180, 200]) {
      expect(linesOf(statusCode).filter((line) => line.startsWith("Record-"))).toHaveLength(2);
    }
    for (const statusCode of [100, 302, 486]) expect(linesOf(statusCode).join()).not.toContain("Record-Route");
    const options = parse(lines.map((line) => line.replaceAll("INVITE", "OPTIONS")));
    expect(linesOf(200, "t", options).join()).not.toContain("Record-Route");
  });

  it("copies Timestamp into a 100 only (§8.2.6.1)", () => {
    expect(linesOf(100)).toContain("Timestamp: 54");
    expect(linesOf(180)).not.toContain("Timestamp: 54");
  });
});

describe("RFC 3261 §16.3 checking a request", () => {
  it("finds nothing wrong in a whole one", () => {
    expect(checkRequest(request)).toBeUndefined();
  });

  it.each(["Call-ID", "CSeq", "To", "f:"])("answers 400 without %s", (name) => {
    expect(checkRequest(without(name))?.statusCode).toBe(400);
  });

  it("takes a request without Max-Forwards (RFC 2543)", () => {
    expect(checkRequest(without("Max-Forwards"))).toBeUndefined();
  });

  it.each(["To: <sip:x@y>", "From: <sip:x@y>;tag=1", "i: 2", "CSeq: 2 INVITE", "Max-Forwards: 5"])(
    "answers 400 to a second, other %s",
    (line) => {
      expect(checkRequest(parse([...lines, line]))).toMatchObject({ statusCode: 400 });
    },
  );

  it("takes the same value twice", () => {
    expect(checkRequest(parse([...lines, "Max-Forwards: 70"]))).toBeUndefined();
  });

  it.each(["SIP:b@c", "sips:b@c", "Tel:+1"])("knows the scheme of %s", (uri) => {
    expect(checkRequest(parse([`INVITE ${uri} SIP/2.0`, ...lines.slice(1)]))).toBeUndefined();
  });

  it.each(["http://example.com/", "soap.beep://192.0.2.103:3002"])("answers 416 to %s", (uri) => {
    expect(checkRequest(parse([`INVITE ${uri} SIP/2.0`, ...lines.slice(1)]))?.statusCode).toBe(416);
  });
});

describe("RFC 3261 §16.7 step 3 the top Via", () => {
  it("goes with its line, or up to its comma", () => {
    const [first] = fieldsWithoutTopVia(request);
    expect(first?.key).toBe("record-route");
    const second = fieldsWithoutTopVia(parse([lines[0] ?? "", ...lines.slice(3)]));
    expect(second[0]?.line).toBe("Via: SIP/2.0/UDP ua;branch=z9hG4bKu");
  });

  it("is not cut at a comma in quotes", () => {
    const [field] = fieldsWithoutTopVia(parse([lines[0] ?? "", 'Via: SIP/2.0/UDP a;x="1,\\",2", SIP/2.0/UDP b']));
    expect(field?.text).toBe("SIP/2.0/UDP b");
  });

  it("is nothing to take where there is none", () => {
    expect(fieldsWithoutTopVia(parse(["OPTIONS sip:a SIP/2.0", "X: 1"]))).toHaveLength(1);
  });

  it("is rewritten in place, or left octet for octet", () => {
    const message = parse(lines);
    rewriteTopVia(message, () => undefined, undefined);
    expect(message.fields[0]?.line).toBe(lines[1]);
    rewriteTopVia(message, (line, _start, _request, addition: string) => line + addition, ";rport=1");
    expect(message.topVia.rport).toBe(1);
  });

  it("is read right whatever address was put in", () => {
    const message = parse([lines[0] ?? "", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1"]);
    rewriteTopVia(message, (line) => `${line};received=2001:db8::1`, undefined);
    const { host, port, received, branch } = message.topVia;
    expect([host, port, received, branch]).toEqual(["a.example.com", undefined, "2001:db8::1", "z9hG4bK1"]);
    expect(Buffer.from(serializeMessage(message)).toString()).toContain(";received=2001:db8::1\r\n");
  });
});

describe("IANA registries", () => {
  it("know methods that make dialogs and move targets", () => {
    expect(["INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "OPTIONS", "invite"].map(createsDialog)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(["INVITE", "UPDATE", "BYE", "X"].map(refreshesTarget)).toEqual([true, true, false, false]);
  });

  it("have a phrase for any status", () => {
    expect([180, 199, 299, 555, 698].map(reasonPhrase)).toEqual([
      "Ringing",
      "Early Dialog Terminated",
      "Success",
      "Push Notification Service Not Supported",
      "Global Failure",
    ]);
  });
});
