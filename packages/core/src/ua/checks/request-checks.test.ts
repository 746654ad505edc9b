import { audioOffer, requestText, type RequestTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { readRequest } from "../../../test/ua/ua-bench.js";
import type { SipRequest } from "../../message/sip-request.js";
import { RequestChecks } from "./request-checks.js";
import { createRefusal } from "./request-refusal.js";

const checks = new RequestChecks({
  methods: ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE"],
  optionTags: ["100rel", "timer"],
  bodies: {
    INVITE: { types: ["application/sdp"] },
    MESSAGE: { types: ["text/*"], encodings: ["gzip"], languages: ["de", "en"] },
  },
});

function request(options: Partial<RequestTextOptions> = {}): SipRequest {
  return readRequest(requestText({ method: "INVITE", ...options }));
}

const body = (contentType: string, text = "x", headers: Record<string, string> = {}): SipRequest =>
  request({ method: "MESSAGE", body: text, contentType, headers });

describe("RFC 3261 §8.2 checks of a user agent server", () => {
  it("finds nothing wrong with an honest request", () => {
    expect(checks.check(request({ body: audioOffer }))).toBeUndefined();
  });

  describe("§8.2.1 the method", () => {
    it("is unknown to everybody: 501", () => {
      expect(checks.check(request({ method: "FLY" }))?.statusCode).toBe(501);
    });

    it("is known and not for us: 405 with Allow", () => {
      const refusal = checks.check(request({ method: "SUBSCRIBE" }));
      expect(refusal).toEqual({
        statusCode: 405,
        fields: [["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE"]],
      });
    });

    it("compares with case", () => {
      expect(checks.check(request({ method: "invite" }))?.statusCode).toBe(501);
    });
  });

  describe("§8.2.2.1 To and Request-URI", () => {
    it("takes any To", () => {
      expect(checks.check(request({ to: "<mailto:someone@else.example>" }))).toBeUndefined();
    });

    it("has an unknown scheme: 416", () => {
      expect(checks.check(request({ uri: "http://example.com" }))?.statusCode).toBe(416);
      expect(checks.check(request({ uri: "TEL:+4930123" }))).toBeUndefined();
    });

    it("leads to nobody here: 404, outside a dialog", () => {
      const isKnownUser = (): boolean => false;
      expect(checks.check(request(), { isKnownUser })?.statusCode).toBe(404);
      expect(checks.check(request({ toTag: "t" }), { isKnownUser, hasDialog: () => true })).toBeUndefined();
    });
  });

  it("§8.2.2.2 answers a merged request by 482", () => {
    expect(checks.check(request(), { isMerged: () => true })?.statusCode).toBe(482);
  });

  describe("§8.2.2.3 Require", () => {
    it("names the unknown tags alone: 420", () => {
      const refusal = checks.check(request({ headers: { Require: ["100rel, foo", "TIMER, bar"] } }));
      expect(refusal).toEqual({ statusCode: 420, fields: [["Unsupported", "foo, bar"]] });
    });

    it.each(["ACK", "CANCEL"])("is not looked at in %s", (method) => {
      expect(checks.check(request({ method, headers: { Require: "foo" } }))).toBeUndefined();
    });
  });

  describe("§8.2.3 the body", () => {
    it("has an unknown type: 415 with Accept", () => {
      const refusal = checks.check(request({ body: "x", contentType: "application/isup" }));
      expect(refusal).toEqual({ statusCode: 415, fields: [["Accept", "application/sdp"]] });
    });

    it("may have any type when its handling is optional", () => {
      const headers = { "Content-Disposition": "render;handling=optional" };
      expect(checks.check(request({ body: "x", contentType: "application/isup", headers }))).toBeUndefined();
    });

    it("has parts: each that is required must be understood", () => {
      const part = (type: string, disposition = ""): string =>
        `--b\r\nContent-Type: ${type}\r\n${disposition}\r\nx\r\n`;
      const optional = "Content-Disposition: signal;handling=optional\r\n";
      const mixed = (text: string): SipRequest =>
        request({ body: `${text}--b--`, contentType: "multipart/mixed;boundary=b" });
      expect(checks.check(mixed(part("application/sdp")))).toBeUndefined();
      expect(checks.check(mixed(part("application/sdp") + part("application/isup", optional)))).toBeUndefined();
      expect(checks.check(mixed(part("application/sdp") + part("application/isup")))?.statusCode).toBe(415);
      const either = `${part("application/isup")}${part("application/sdp")}--b--`;
      expect(checks.check(request({ body: either, contentType: "multipart/alternative;boundary=b" }))).toBeUndefined();
    });

    it("has an unknown coding: 415 with Accept-Encoding", () => {
      expect(checks.check(body("text/plain", "x", { "Content-Encoding": "gzip" }))).toBeUndefined();
      expect(checks.check(body("text/plain", "x", { "Content-Encoding": "compress" }))).toEqual({
        statusCode: 415,
        fields: [["Accept-Encoding", "gzip"]],
      });
    });

    it("has an unknown language: 415 with Accept-Language", () => {
      expect(checks.check(body("text/plain", "x", { "Content-Language": "de-AT" }))).toBeUndefined();
      expect(checks.check(body("text/plain", "x", { "Content-Language": "fr" }))).toEqual({
        statusCode: 415,
        fields: [["Accept-Language", "de, en"]],
      });
    });

    it("has no type: 400", () => {
      expect(checks.check(body("x", "x", { "Content-Type": "nonsense" }))?.statusCode).toBe(400);
    });

    it("is not looked at where nothing is said of the method", () => {
      expect(checks.check(request({ method: "OPTIONS", body: "x", contentType: "a/b" }))).toBeUndefined();
    });
  });

  it("§12.2.2 answers a To tag of no dialog by 481, and takes one without", () => {
    const hasDialog = (): boolean => false;
    expect(checks.check(request({ method: "BYE", toTag: "t" }), { hasDialog })?.statusCode).toBe(481);
    expect(checks.check(request(), { hasDialog })).toBeUndefined();
  });

  it("makes the first check that fails the answer", () => {
    const bad = request({ method: "SUBSCRIBE", uri: "http://x", toTag: "t", headers: { Require: "foo" } });
    expect(checks.check(bad, { isMerged: () => true, hasDialog: () => false })?.statusCode).toBe(405);
    const worse = request({ uri: "http://x", toTag: "t", headers: { Require: "foo" } });
    expect(checks.check(worse, { isMerged: () => true, hasDialog: () => false })?.statusCode).toBe(416);
    const merged = request({ headers: { Require: "foo" }, body: "x", contentType: "a/b" });
    expect(checks.check(merged, { isMerged: () => true })?.statusCode).toBe(482);
    expect(checks.check(merged)?.statusCode).toBe(420);
  });

  it("writes the answer with what it has to say", () => {
    const message = request({ headers: { Require: "foo" } });
    const response = createRefusal(message, { statusCode: 420, fields: [["Unsupported", "foo"]] }, "tag").build();
    expect([response.statusCode, response.getText("Unsupported"), response.toTag]).toEqual([420, "foo", "tag"]);
  });
});
