import { requestText, type RequestTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import { parseUri } from "../../uri/parse-uri.js";
import { forwardCopy } from "./forward-copy.js";
import { adaptToStrictRouter, pushRoutes } from "./strict-route.js";

function read(options: Partial<RequestTextOptions> = {}): SipRequest {
  const message = parseMessage(Buffer.from(requestText({ method: "INVITE", uri: "sip:bob@example.com", ...options })));
  if (message.kind !== "request") throw new TypeError("not a request");
  return message;
}

describe("RFC 3261 §16.6 steps 1–3 forwardCopy", () => {
  it("shares all fields but Max-Forwards, which counts down in its place", () => {
    const request = read({ body: "v=0\r\n", headers: { "X-One": "1", "x-two": " 2 " } });
    const copy = forwardCopy(request);
    for (const [index, field] of copy.fields.entries()) {
      const original = request.fields[index];
      if (field.key === "max-forwards") expect([field.text, original?.key]).toEqual(["69", "max-forwards"]);
      else expect(field).toBe(original);
    }
    expect(copy.body).toBe(request.body);
  });

  it("leaves the received request as it was", () => {
    const request = read();
    forwardCopy(request, "sip:other@example.com").set("Subject", "x").remove("Via");
    expect([request.requestUriText, request.maxForwards, request.has("Via"), request.has("Subject")]).toEqual([
      "sip:bob@example.com",
      70,
      true,
      false,
    ]);
  });

  it.each([
    ["70", "69"],
    ["1", "0"],
    ["0", "0"],
    ["255", "254"],
    ["256", "70"],
    [undefined, "70"],
  ])("makes of Max-Forwards %s %s", (given, expected) => {
    const copy = forwardCopy(read({ headers: { "Max-Forwards": given } }));
    expect(copy.fields.filter(({ key }) => key === "max-forwards").map(({ text }) => text)).toEqual([expected]);
  });

  it("takes Max-Breadth out: each branch has its own", () => {
    expect(forwardCopy(read({ headers: { "Max-Breadth": "60" } })).has("Max-Breadth")).toBe(false);
  });

  it("writes a target without what cannot stand in a Request-URI", () => {
    const uri = "sip:b%20c@h;method=INVITE;lr;p=%3B?Subject=x";
    expect(forwardCopy(read(), uri).requestUriText).toBe("sip:b%20c@h;lr;p=%3B");
    expect(forwardCopy(read(), parseUri("tel:+1-234;ext=5")).requestUriText).toBe("tel:+1-234;ext=5");
    expect(() => forwardCopy(read(), "bob")).toThrow(/Malformed URI/);
  });

  it("keeps the Request-URI byte for byte where it is the target", () => {
    const uri = "SIP:%62ob@EXAMPLE.com;Method=x;x-é=1".replace("é", "%C3%A9");
    expect(forwardCopy(read({ uri })).requestUriText).toBe(uri);
  });
});

describe("RFC 3261 §16.6 step 6 Routes of our own", () => {
  it("stand in front of the others in their order, below Via", () => {
    const copy = forwardCopy(read({ route: ["<sip:old;lr>"] }));
    pushRoutes(copy, ["<sip:one;lr>", "<sip:two;lr>"]);
    expect(copy.fields.slice(0, 4).map(({ line }) => line.split(";")[0])).toEqual([
      "Via: SIP/2.0/UDP 192.0.2.1:5060",
      "Route: <sip:one",
      "Route: <sip:two",
      "Route: <sip:old",
    ]);
  });

  it("turn the request round where the first is a strict router", () => {
    const copy = forwardCopy(read({ uri: "sip:b\u00f6b@example.com".replace("\u00f6", "%C3%B6") }));
    pushRoutes(copy, ["<sip:strict.example.com;x=y>", "<sip:loose.example.com;lr>"]);
    expect(String(adaptToStrictRouter(copy))).toBe("sip:strict.example.com;x=y");
    const { requestUriText, fields } = copy;
    const routes = fields.filter(({ key }) => key === "route").map(({ text }) => text);
    expect([requestUriText, routes]).toEqual([
      "sip:strict.example.com;x=y",
      ["<sip:loose.example.com;lr>", "<sip:b%C3%B6b@example.com>"],
    ]);
  });

  it("leave the request alone where the first has lr, or there is none", () => {
    const copy = forwardCopy(read({ route: ["<sip:p;lr=on>", "<sip:strict>"] }));
    expect([adaptToStrictRouter(copy), copy.requestUriText]).toEqual([undefined, "sip:bob@example.com"]);
    expect(adaptToStrictRouter(forwardCopy(read()))).toBeUndefined();
  });
});
