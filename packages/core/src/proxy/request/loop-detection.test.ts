import { requestText, type RequestTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import { isLooped, loopBranch, loopHash } from "./loop-detection.js";

function read(options: Partial<RequestTextOptions> = {}): SipRequest {
  const message = parseMessage(Buffer.from(requestText({ method: "INVITE", ...options })));
  if (message.kind !== "request") throw new TypeError("not a request");
  return message;
}

const own = { isOwnVia: ({ host }: { readonly host: string }) => host === "192.0.2.10" };

describe("RFC 5393 §4.2.1 loopHash", () => {
  it("is 64 bits in token characters", () => {
    expect(loopHash(read())).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Partial<RequestTextOptions>]>([
    ["the Request-URI", { uri: "sip:bob2@example.com" }],
    ["the Call-ID", { callId: "other" }],
    ["the From tag", { fromTag: "other" }],
    ["the To tag", { toTag: "other" }],
    ["the CSeq number", { sequenceNumber: 2 }],
    ["a Route", { route: ["<sip:p;lr>"] }],
    ["Proxy-Require", { headers: { "Proxy-Require": "x" } }],
    ["Proxy-Authorization", { headers: { "Proxy-Authorization": "Digest a=b" } }],
  ])("differs with %s", (_what, change) => {
    expect(loopHash(read(change))).not.toBe(loopHash(read()));
  });

  it.each<[string, Partial<RequestTextOptions>]>([
    ["the method", { method: "CANCEL" }],
    ["the Vias", { via: ["SIP/2.0/UDP a;branch=z9hG4bK1", "SIP/2.0/UDP b"] }],
    ["Max-Forwards", { headers: { "Max-Forwards": "3" } }],
    ["the body", { body: "x" }],
    ["a Record-Route", { headers: { "Record-Route": "<sip:p;lr>" } }],
    ["a folded line", { headers: { "Call-ID": "\r\n call-1@example.org" } }],
  ])("is the same whatever %s", (_what, change) => {
    expect(loopHash(read(change))).toBe(loopHash(read()));
  });

  it("differs from one decider to the next", () => {
    expect(loopHash(read(), "one")).not.toBe(loopHash(read(), "other"));
  });
});

describe("RFC 5393 §4.2.2 isLooped", () => {
  const hash = loopHash(read());
  const mark = loopBranch("z9hG4bKabc", hash);
  const here = "SIP/2.0/UDP 192.0.2.10:5060";

  it.each([
    [[`${here};branch=${mark}`], true],
    [["SIP/2.0/UDP 192.0.2.1", `${here};branch=${mark};received=1.2.3.4`], true],
    [[`SIP/2.0/UDP 192.0.2.1, ${here};branch=${mark}`], true],
    [[`SIP/2.0/UDP 192.0.2.99;branch=${mark}`], false],
    [[`${here};branch=z9hG4bKabc`], false],
    [[`${here};branch=${mark}0`], false],
    [[`${here};branch=z9hG4bKx;p=.${hash}`], false],
    [[], false],
  ])("of Vias %j is %s", (vias, expected) => {
    const request = read({ via: ["SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK9", ...vias] });
    expect(isLooped(request, hash, own)).toBe(expected);
  });
});
