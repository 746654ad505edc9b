import { describe, expect, it } from "vitest";
import { checkComplete, missingHeaders } from "./check-complete.js";
import { decodeContent } from "./content-coding.js";
import { parseMessage } from "./parse-message.js";
import { RequestBuilder } from "./request-builder.js";
import { ResponseBuilder } from "./response-builder.js";
import { serializeMessage } from "./serialize-message.js";
import type { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

const written = (message: SipRequest | SipResponse): string => Buffer.from(serializeMessage(message)).toString("utf8");
const builder = (): RequestBuilder => new RequestBuilder("OPTIONS", "sip:bob@example.com");

describe("RFC 3261 §8.1.1 building a request", () => {
  it("writes fields in the order they were added", () => {
    const request = builder().add("To", "<sip:b>").addFirst("Via", "SIP/2.0/UDP a").addText("X", "1").build();
    expect(written(request)).toBe(
      "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nTo: <sip:b>\r\nX: 1\r\nContent-Length: 0\r\n\r\n",
    );
  });

  it("replaces all fields of a name by one, in place of the first", () => {
    const request = builder()
      .add("Route", "<sip:1>")
      .add("X", "y")
      .add("Route", "<sip:2>")
      .set("Route", "<sip:3>")
      .build();
    expect(request.fields.map(({ line }) => line)).toEqual(["Route: <sip:3>", "X: y"]);
  });

  it("takes decoded values by the grammar of their header", () => {
    const request = builder()
      .set("CSeq", { sequenceNumber: 7, method: "OPTIONS" })
      .set("Supported", ["a", "b"])
      .build();
    expect(request.fields.map(({ text }) => text)).toEqual(["7 OPTIONS", "a, b"]);
  });

  it("does not touch a message that was built before", () => {
    const draft = builder().add("X", "1");
    const before = draft.build();
    draft.add("X", "2").remove("X").setBody("abc", "text/plain").requestUri = "sip:other";
    expect([before.getTexts("X"), before.body.length, before.requestUriText]).toEqual([
      ["1"],
      0,
      "sip:bob@example.com",
    ]);
  });

  it("does not touch the message it copies", () => {
    const first = builder().add("X", "1").build();
    RequestBuilder.from(first).remove("X").build();
    expect(first.has("X")).toBe(true);
  });

  it.each(["", "IN VITE", "INVITE\r\n"])("refuses the method %j", (method) => {
    expect(() => new RequestBuilder(method, "sip:a").build()).toThrow("is no method");
  });

  it.each(["sip:a b", "sip:a SIP/2.0\r\nVia: evil", "sip:\u0000"])("refuses the Request-URI %j", (uri) => {
    expect(() => new RequestBuilder("INVITE", uri)).toThrow("Request-URI");
  });
});

describe("RFC 3261 §8.2.6 building a response", () => {
  it("has the usual phrase unless told otherwise", () => {
    expect(new ResponseBuilder(486).build().reasonPhrase).toBe("Busy Here");
    expect(new ResponseBuilder(486, "Später").build().reasonPhrase).toBe("Später");
    expect(new ResponseBuilder(499).build().reasonPhrase).toBe("Request Failure");
  });

  it.each([99, 700, 200.5, Number.NaN])("refuses the status %s", (statusCode) => {
    expect(() => new ResponseBuilder(statusCode, "x").build()).toThrow("is no status code");
  });

  it("refuses a phrase that would begin a header field", () => {
    expect(() => new ResponseBuilder(200, "OK\r\nX: y")).toThrow("control character");
    expect(() => (new ResponseBuilder(200).reasonPhrase = "\n")).toThrow("control character");
  });

  it("copies a phrase octet for octet, broken UTF-8 too", () => {
    const bytes = Buffer.from("SIP/2.0 200 \u00ff\u00fe\r\nContent-Length: 0\r\n\r\n", "latin1");
    const parsed = parseMessage(bytes);
    const copy = ResponseBuilder.from(parsed as SipResponse).build();
    expect(Buffer.from(serializeMessage(copy)).equals(bytes)).toBe(true);
  });
});

describe("RFC 3261 §20.14 Content-Length", () => {
  it("is written for the body in octets", () => {
    expect(written(builder().setBody("☎", "text/plain").build())).toContain("Content-Length: 3\r\n");
  });

  it("follows a body that changed", () => {
    const first = builder().setBody("abc", "text/plain").set("Content-Length", 3).build();
    expect(written(RequestBuilder.from(first).setBody("abcdef").build())).toContain("Content-Length: 6\r\n");
    expect(written(RequestBuilder.from(first).setBody("").build())).toContain("Content-Length: 0\r\n");
  });

  it("is mended when it came with the fields of another message, or by hand", () => {
    const other = builder().setBody("abc", "text/plain").set("Content-Length", 3).build();
    expect(builder().addFields(other.fields).build().get("Content-Length")).toBe(0);
    expect(builder().set("Content-Length", 5).setBody("ab", "text/plain").set("l", "9").build().get("l")).toBe(2);
  });

  it("keeps its spelling when it is right", () => {
    expect(builder().addText("l", "000").build().fields[0]?.line).toBe("l: 000");
  });
});

describe("a body", () => {
  it("needs a type", () => {
    expect(() => builder().setBody("abc")).toThrow("Content-Type");
  });

  it("takes along what described it when it goes", () => {
    const draft = builder().setBody("abc", "text/plain").set("Content-Disposition", "render").encodeBody("gzip");
    expect(draft.setBody("").fields).toEqual([]);
  });

  it("is compressed once asked for", () => {
    const request = builder().setBody("a".repeat(500), "text/plain").encodeBody("deflate").encodeBody("gzip").build();
    expect(request.get("Content-Encoding")).toEqual(["deflate", "gzip"]);
    expect(Buffer.from(decodeContent(request)).toString()).toBe("a".repeat(500));
    expect(RequestBuilder.from(request).setBody("plain").has("Content-Encoding")).toBe(false);
  });
});

describe("RFC 3261 §8.1.1 complete messages", () => {
  const whole = (): RequestBuilder =>
    new RequestBuilder("INVITE", "sip:b")
      .addText("Via", "SIP/2.0/UDP a;branch=z9hG4bK1")
      .addText("From", "<sip:a>;tag=1")
      .addText("To", "<sip:b>")
      .addText("Call-ID", "1")
      .addText("CSeq", "1 INVITE")
      .addText("Max-Forwards", "70")
      .addText("Contact", "<sip:a>");

  it("are found complete", () => {
    expect(missingHeaders(whole().build())).toEqual([]);
    expect(() => checkComplete(whole().build())).not.toThrow();
  });

  it("tell all that is missing at once", () => {
    const draft = whole().remove("Via").remove("Contact").remove("m").setBody("x", "text/plain").remove("Content-Type");
    expect(() => checkComplete(draft.build())).toThrow("Via, Contact, Content-Type");
  });

  it("ask of a response no Max-Forwards, and a Contact only when it makes a dialog", () => {
    const response = (statusCode: number) => new ResponseBuilder(statusCode).addText("CSeq", "1 INVITE").build();
    expect(missingHeaders(response(486))).toEqual(["Via", "To", "From", "Call-ID"]);
    expect(missingHeaders(response(200))).toEqual(["Via", "To", "From", "Call-ID", "Contact"]);
  });
});

describe("RFC 3261 §7.3.3 compact form", () => {
  const request = builder().addText("VIA", "SIP/2.0/UDP a").addText("X-Own", "1").addText("Max-Forwards", "70").build();

  it("is written when asked for", () => {
    const text = Buffer.from(serializeMessage(request, { form: "compact" })).toString();
    expect(text.split("\r\n").slice(1, 5)).toEqual(["v: SIP/2.0/UDP a", "X-Own: 1", "Max-Forwards: 70", "l: 0"]);
  });

  it("is undone when the long form is asked for", () => {
    const compact = parseMessage(serializeMessage(request, { form: "compact" })) as SipRequest;
    expect(Buffer.from(serializeMessage(compact, { form: "long" })).toString()).toContain("\r\nVia: SIP/2.0/UDP a\r\n");
  });
});
