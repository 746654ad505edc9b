import { describe, expect, it } from "vitest";
import { createHeaderField } from "./header-field.js";
import { SipRequest } from "./sip-request.js";
import { SipResponse } from "./sip-response.js";

const request = (...fields: readonly (readonly [string, string])[]): SipRequest =>
  new SipRequest(
    "INVITE",
    "sip:bob@example.com",
    fields.map(([name, text]) => createHeaderField(name, text)),
  );

describe("typed access to a message", () => {
  const message = request(
    ["Via", "SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP b"],
    ["v", "SIP/2.0/TLS c"],
    ["From", "<sip:a@b>;tag=1"],
    ["Date", "Sat, 13 Nov 2010 23:29:00 GMT"],
    ["Expires", "60"],
    ["Event", "!"],
    ["Warning", "nonsense"],
    ["Max-Forwards", "70"],
  );

  it("gives every value of a list, over lines and commas", () => {
    expect(message.get("Via").map(({ host }) => host)).toEqual(["a", "b", "c"]);
    expect(message.topVia.branch).toBe("z9hG4bK1");
  });

  it("gives one value or undefined of a single header, by any spelling", () => {
    expect(message.get("f")?.tag).toBe("1");
    expect(message.get("EXPIRES")).toBe(60);
    expect(message.get("To")).toBeUndefined();
  });

  it("throws for what cannot be decoded, and offers a way that does not", () => {
    expect(() => message.get("Warning")).toThrow("Warning");
    expect(message.tryGet("Warning")).toBeUndefined();
    expect(message.tryGet("Expires")).toBe(60);
    expect(message.tryGet("Route")).toEqual([]);
  });

  it("hands out copies: what is done to them does not reach the message", () => {
    (message.get("Via") as unknown[]).length = 0;
    message.get("Date")?.setUTCFullYear(1970);
    message.fieldsOf("via").length = 0;
    expect(message.get("Via")).toHaveLength(3);
    expect(message.get("Date")?.getUTCFullYear()).toBe(2010);
  });

  it.each([
    ["70", 70],
    ["0", 0],
    ["255", 255],
    ["256", undefined],
    ["0x10", undefined],
    ["", undefined],
  ])("reads Max-Forwards %j as %s", (text, hops) => {
    expect(request(["Max-Forwards", text]).maxForwards).toBe(hops);
  });
});

describe("a message that lacks what it should have", () => {
  it("tells an empty Call-ID, no tags, and for a response no method", () => {
    const response = new SipResponse(200, "OK", []);
    expect([response.callId, response.fromTag, response.toTag, response.method]).toEqual([
      "",
      undefined,
      undefined,
      "",
    ]);
    expect(new SipResponse(200, "OK", [createHeaderField("CSeq", "x")]).method).toBe("");
  });

  it("throws where a value is asked for as if it were there", () => {
    expect(() => request().topVia).toThrow("no Via");
    expect(() => request().cseq).toThrow("no CSeq");
  });
});

describe("a response", () => {
  it("shows its reason phrase in UTF-8 and knows its class", () => {
    const response = new SipResponse(183, "S\u00c3\u00a9ance", []);
    expect([response.reasonPhrase, response.isProvisional, response.isSuccess]).toEqual(["Séance", true, false]);
  });
});
