import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import { recordSource } from "./record-source.js";

function request(...viaLines: string[]): SipRequest {
  const lines = [
    "OPTIONS sip:bob@example.com SIP/2.0",
    ...viaLines,
    "From: <sip:a@example.org>;tag=1",
    "To: <sip:b@example.com>",
    "Call-ID: 1",
    "CSeq: 1 OPTIONS",
  ];
  const message = parseMessage(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
  if (message.kind !== "request") throw new TypeError(message.kind === "failure" ? message.reason : "a response");
  return message;
}

function recorded(via: string, remote = { address: "192.0.2.1", port: 9988 }): string {
  const message = request(`Via: ${via}`);
  recordSource(message, remote);
  return (message.field("via")?.line ?? "").slice("Via: ".length);
}

describe("RFC 3261 §18.2.1 received", () => {
  it("is left out when sent-by is the source address", () => {
    const line = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1";
    expect(recorded(line)).toBe(line);
  });

  it.each([
    ["sent-by is a name", "SIP/2.0/UDP pc33.example.com;branch=z9hG4bK1"],
    ["sent-by is another address", "SIP/2.0/TCP 10.1.1.1:5060;branch=z9hG4bK1"],
    ["sent-by is a name that reads like the address", "SIP/2.0/UDP 192.0.2.1.example.com;branch=z9hG4bK1"],
  ])("is added when %s", (_when, line) => {
    expect(recorded(line)).toBe(`${line};received=192.0.2.1`);
  });

  it("compares IPv6 addresses by value and writes them without brackets", () => {
    const line = "SIP/2.0/UDP [2001:DB8:0:0::1]:5060;branch=z9hG4bK1";
    expect(recorded(line, { address: "2001:db8::1", port: 5060 })).toBe(line);
    expect(recorded(line, { address: "2001:db8::2", port: 5060 })).toBe(`${line};received=2001:db8::2`);
  });

  it("leaves out the zone that only this machine knows", () => {
    const line = "SIP/2.0/UDP [fe80::1]:5060;branch=z9hG4bK1";
    expect(recorded(line, { address: "fe80::1%eth0", port: 5060 })).toBe(line);
    expect(recorded(line, { address: "fe80::2%eth0", port: 5060 })).toBe(`${line};received=fe80::2`);
  });

  it("overwrites what the sender wrote", () => {
    expect(recorded("SIP/2.0/UDP a.example.com;received=203.0.113.9;branch=z9hG4bK1")).toBe(
      "SIP/2.0/UDP a.example.com;branch=z9hG4bK1;received=192.0.2.1",
    );
  });

  it("touches the first value alone, in one line or in several", () => {
    const first = "SIP/2.0/UDP a.example.com;branch=z9hG4bK1";
    const second = 'SIP/2.0/UDP b.example.com;x="a,;rport";branch=z9hG4bK2;rport';
    expect(recorded(`${first} , ${second}`)).toBe(`${first} ;received=192.0.2.1, ${second}`);
    const message = request(`v: ${first}`, `Via: ${second}`);
    recordSource(message, { address: "192.0.2.1", port: 1 });
    expect(message.fieldsOf("via").map(({ line }) => line)).toEqual([
      `v: ${first};received=192.0.2.1`,
      `Via: ${second}`,
    ]);
  });
});

describe("RFC 3581 §4 rport", () => {
  it("gets the source port, and received stands even where sent-by tells it", () => {
    expect(recorded("SIP/2.0/UDP 192.0.2.1:9988;rport;branch=z9hG4bK1")).toBe(
      "SIP/2.0/UDP 192.0.2.1:9988;rport=9988;branch=z9hG4bK1;received=192.0.2.1",
    );
  });

  it.each([
    ["at the end", "SIP/2.0/UDP a;branch=z9hG4bK1;rport", "SIP/2.0/UDP a;branch=z9hG4bK1;rport=9988"],
    ["in another case", "SIP/2.0/UDP a;RPort;branch=z9hG4bK1", "SIP/2.0/UDP a;RPort=9988;branch=z9hG4bK1"],
    ["with white space", "SIP/2.0/UDP a ; rport ;branch=z9hG4bK1", "SIP/2.0/UDP a ; rport=9988;branch=z9hG4bK1"],
    [
      "with a value that the sender wrote",
      "SIP/2.0/UDP a;rport=1;branch=z9hG4bK1",
      "SIP/2.0/UDP a;rport=9988;branch=z9hG4bK1",
    ],
    [
      "behind a quoted string that looks like it",
      'SIP/2.0/UDP a;x=";rport;\\"received=1";rport;branch=z9hG4bK1',
      'SIP/2.0/UDP a;x=";rport;\\"received=1";rport=9988;branch=z9hG4bK1',
    ],
    ["on a folded line", "SIP/2.0/UDP a\r\n ;rport;branch=z9hG4bK1", "SIP/2.0/UDP a\r\n ;rport=9988;branch=z9hG4bK1"],
  ])("is found %s", (_where, line, expected) => {
    expect(recorded(line)).toBe(`${expected};received=192.0.2.1`);
  });

  it("is overwritten together with a received of the sender", () => {
    const expected = "SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.1;rport=9988";
    expect(recorded("SIP/2.0/UDP a;rport;received=10.0.0.1;branch=z9hG4bK1")).toBe(expected);
    expect(recorded("SIP/2.0/UDP a;received=10.0.0.1;rport=7;branch=z9hG4bK1")).toBe(expected);
    expect(recorded("SIP/2.0/UDP a;branch=z9hG4bK1;received=10.0.0.1;rport")).toBe(expected);
  });

  it("is not taken from parameters that begin alike", () => {
    const line = "SIP/2.0/UDP 192.0.2.1;rports;received-by=1;r;branch=z9hG4bK1";
    expect(recorded(line)).toBe(line);
  });

  it("ends in a Via that says the source and nothing else of it, whatever the order", () => {
    const parameter = fc.constantFrom("rport", "RPORT=", "rport=4", "received=10.9.9.9", "x", 'y="a;rport,"', "ttl=3");
    fc.assert(
      fc.property(fc.uniqueArray(parameter, { selector: (text) => text.slice(0, 5).toLowerCase() }), (parameters) => {
        const message = request(`Via: ${["SIP/2.0/UDP a.example.com", ...parameters, "branch=z9hG4bK1"].join(";")}`);
        const asksPort = message.topVia.rport !== undefined;
        recordSource(message, { address: "192.0.2.1", port: 9988 });
        const { received, rport, branch, host } = message.topVia;
        expect({ received, rport, branch, host }).toEqual({
          received: "192.0.2.1",
          rport: asksPort ? 9988 : undefined,
          branch: "z9hG4bK1",
          host: "a.example.com",
        });
      }),
    );
  });
});
