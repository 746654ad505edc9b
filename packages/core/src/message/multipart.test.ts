import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafParts, readBody } from "./body-part.js";
import { bodyText, textOf } from "./body-text.js";
import { checkBody } from "./check-body.js";
import { createPart, dispositionOf, joinParts, type PartContent } from "./multipart.js";
import { RequestBuilder } from "./request-builder.js";
import type { SipRequest } from "./sip-request.js";

const sdp = createPart("application/sdp", "v=0\r\n");
const pidf = createPart("application/pidf+xml", "<presence/>", { "Content-ID": "<a@b>" });

function requestWith(
  contentType: string,
  body: Uint8Array | string,
  fields: Readonly<Record<string, string>> = {},
): SipRequest {
  const builder = new RequestBuilder("INVITE", "sip:b").setBody(body, contentType);
  for (const [name, text] of Object.entries(fields)) builder.addText(name, text);
  return builder.build();
}

function multipart(parts: readonly PartContent[], subtype?: string): SipRequest {
  const { body, contentType } = joinParts(parts, { subtype });
  return requestWith(contentType, body);
}

describe("RFC 5621 §4 writing a multipart body", () => {
  it("gives the parts back, fields and octets", () => {
    const parts = readBody(multipart([sdp, pidf]))?.parts;
    expect(parts?.map(({ type }) => type?.essence)).toEqual(["application/sdp", "application/pidf+xml"]);
    expect(parts?.[1]?.fields.map(({ line }) => line)).toEqual([
      "Content-Type: application/pidf+xml",
      "Content-ID: <a@b>",
    ]);
  });

  it("takes a multipart body as a part", () => {
    const inner = joinParts([sdp, pidf], { subtype: "alternative" });
    const body = readBody(multipart([createPart(inner.contentType, inner.body), createPart("text/plain", "x")]));
    expect(body && leafParts(body).map(({ type }) => type?.essence)).toEqual([
      "application/sdp",
      "application/pidf+xml",
      "text/plain",
    ]);
  });

  it("takes parts that were read, as they came", () => {
    const read = readBody(multipart([sdp, pidf]))?.parts ?? [];
    expect(joinParts(read).body).toEqual(joinParts([sdp, pidf]).body);
  });

  it("carries any octets, for the boundary stands in no part", () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...["", "\r\n", "--", "\r\n--part-", "--b\r\n"].map((text) => Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(octets, { minLength: 1, maxLength: 4 }), (bodies) => {
        const parts = readBody(multipart(bodies.map((body) => createPart("application/octet-stream", body))))?.parts;
        expect(parts?.map(({ body }) => [...body])).toEqual(bodies.map((body) => [...body]));
      }),
    );
  });

  it("has another boundary than a body that it holds", () => {
    const once = joinParts([sdp]);
    const twice = joinParts([createPart(once.contentType, once.body)]);
    expect(twice.contentType).not.toBe(once.contentType);
  });

  it("adds the parameters of multipart/related (RFC 2387)", () => {
    const { contentType } = joinParts([pidf], { subtype: "related", parameters: 'type="application/pidf+xml"' });
    expect(contentType).toMatch(/^multipart\/related;boundary=part-[0-9a-f]+;type="application\/pidf\+xml"$/);
  });
});

describe("RFC 3261 §20.11 Content-Disposition", () => {
  it("is session for SDP, render for others, and required, unless said otherwise", () => {
    const [first, second] = readBody(multipart([sdp, pidf]))?.parts ?? [];
    expect([first, second].map((part) => part && dispositionOf(part).type)).toEqual(["session", "render"]);
    expect(first && dispositionOf(first).handling).toBe("required");
  });

  it("is what it says", () => {
    const part = createPart("application/sdp", "v=0", { "Content-Disposition": "early-session;handling=optional" });
    const read = readBody(multipart([part]))?.parts[0];
    expect(read && [dispositionOf(read).type, dispositionOf(read).handling]).toEqual(["early-session", "optional"]);
  });
});

describe("RFC 3261 §8.2.3 bodies that are not understood", () => {
  const understood = { types: ["application/sdp", "text/*"], languages: ["en"] };
  const strange = createPart("application/unknown", "x");
  const optional = createPart("application/unknown", "x", { "Content-Disposition": "render;handling=optional" });

  it.each([
    ["no body", new RequestBuilder("INVITE", "sip:b").build()],
    ["a type that is understood", requestWith("application/sdp;charset=utf-8", "v=0")],
    ["a type in a range", requestWith("text/html", "v=0")],
    [
      "an optional body",
      requestWith("application/unknown", "x", { "Content-Disposition": "render;handling=optional" }),
    ],
    ["an optional part", multipart([sdp, optional])],
    ["one of alternatives", multipart([strange, sdp], "alternative")],
    ["a language that is spoken", requestWith("text/plain", "x", { "Content-Language": "EN-gb" })],
    ["a coding that is understood", requestWith("text/plain", "x", { "Content-Encoding": "GZIP, identity" })],
  ])("takes %s", (_what, message) => {
    expect(checkBody(message, understood)).toBeUndefined();
  });

  it.each([
    ["an unknown type", requestWith("application/unknown", "x"), "Accept", "application/sdp, text/*, multipart/mixed"],
    ["a type that cannot be read", requestWith("nonsense", "x"), "Accept", "application/sdp"],
    ["a required part", multipart([sdp, strange]), "Accept", "application/sdp"],
    ["no alternative", multipart([strange], "alternative"), "Accept", "application/sdp"],
    ["an unknown coding", requestWith("text/plain", "x", { "Content-Encoding": "br" }), "Accept-Encoding", "gzip"],
    ["another language", requestWith("text/plain", "x", { "Content-Language": "fr" }), "Accept-Language", "en"],
  ])("answers 415 to %s", (_what, message, header, value) => {
    const rejection = checkBody(message, understood);
    expect(rejection).toMatchObject({ statusCode: 415, header });
    expect(rejection?.value).toContain(value);
  });
});

describe("RFC 3261 §20.15 text of a body", () => {
  it("is UTF-8 unless its type says otherwise", () => {
    expect(bodyText(requestWith("text/plain", "grün"))).toBe("grün");
    expect(bodyText(requestWith("text/plain;charset=ISO-8859-1", Buffer.from("gr\u00fcn", "latin1")))).toBe("grün");
    expect(bodyText(requestWith('text/plain;charset="UTF-8"', "grün"))).toBe("grün");
  });

  it("is empty without body", () => {
    expect(bodyText(new RequestBuilder("INVITE", "sip:b").build())).toBe("");
  });

  it("cannot be told in a charset nobody knows", () => {
    expect(() => bodyText(requestWith("text/plain;charset=klingon", "x"))).toThrow("charset klingon");
  });

  it("is text of a part, too", () => {
    expect(textOf(readBody(multipart([sdp]))?.parts[0] ?? { type: undefined, body: new Uint8Array() })).toBe("v=0\r\n");
  });
});
