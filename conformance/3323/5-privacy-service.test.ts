import { anonymizeAddress, applyPrivacy, type PrivacyLevel, type PrivacyRequest } from "@siplet/core";
import { describe, expect, it } from "vitest";

const all = new Set<PrivacyLevel>(["header", "session", "user", "id", "history"]);
const from = '"Bob" <sip:bob@biloxi.example.com>;tag=456248';

function serve(privacy: string | undefined, changes: Partial<PrivacyRequest> = {}) {
  const fields = privacy === undefined ? [] : [privacy];
  return applyPrivacy({ privacy: fields, proxyRequire: [], from, isTrusted: false, abilities: all, ...changes });
}

describe("RFC 3323 §5 privacy service", () => {
  const untouched = { kind: "forward", edits: { remove: [], add: [] }, done: [] };

  describe("when no privacy is wanted", () => {
    it.each([undefined, "none", "none;critical", "critical"])("touches nothing for Privacy: %s", (privacy) => {
      expect(serve(privacy, { proxyRequire: ["privacy"] })).toEqual(untouched);
    });
  });

  describe("when it can do what is asked for", () => {
    it("takes the user out of the message and keeps the tag", () => {
      const outcome = serve("user");
      expect(outcome).toMatchObject({ kind: "forward", done: ["user"] });
      const edits = outcome.kind === "forward" ? outcome.edits : undefined;
      expect(edits?.remove).toEqual(
        expect.arrayContaining([
          "Privacy",
          "From",
          "Subject",
          "Call-Info",
          "Organization",
          "User-Agent",
          "Reply-To",
          "In-Reply-To",
        ]),
      );
      expect(edits?.add).toEqual([{ name: "From", value: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=456248' }]);
    });

    it("takes the identity out at the border, and leaves that to the border before it", () => {
      expect(serve("id")).toEqual({
        kind: "forward",
        done: ["id"],
        edits: { remove: ["Privacy", "P-Asserted-Identity"], add: [] },
      });
      expect(serve("id;critical", { isTrusted: true })).toEqual(untouched);
    });

    it("tells what is the caller's to do", () => {
      expect(serve("header;session")).toMatchObject({
        done: ["header", "session"],
        edits: { remove: ["Privacy"], add: [] },
      });
    });

    it("takes History-Info out", () => {
      expect(serve("history")).toMatchObject({ edits: { remove: ["Privacy", "History-Info"] } });
    });

    it("drops privacy from Proxy-Require with the last value, and only that", () => {
      expect(serve("id", { proxyRequire: ["privacy"] })).toMatchObject({
        edits: { remove: ["Privacy", "P-Asserted-Identity", "Proxy-Require"], add: [] },
      });
      expect(serve("id", { proxyRequire: ["foo, Privacy", "bar"] })).toMatchObject({
        edits: { add: [{ name: "Proxy-Require", value: "foo, bar" }] },
      });
      expect(serve("id", { proxyRequire: ["foo"] })).toMatchObject({ edits: { add: [] } });
    });
  });

  describe("when it can do only a part", () => {
    const abilities = new Set<PrivacyLevel>(["id"]);

    it("leaves the rest for the next service", () => {
      expect(serve("header;id;future", { abilities, proxyRequire: ["privacy"] })).toEqual({
        kind: "forward",
        done: ["id"],
        edits: { remove: ["Privacy", "P-Asserted-Identity"], add: [{ name: "Privacy", value: "header;future" }] },
      });
    });

    it("leaves id for the border", () => {
      expect(serve("user;id;critical", { isTrusted: true })).toMatchObject({
        done: ["user"],
        edits: { add: [{ name: "From" }, { name: "Privacy", value: "id;critical" }] },
      });
    });

    it("touches nothing if it can do none", () => {
      expect(serve("header", { abilities })).toEqual(untouched);
    });

    it("answers 500 if all is critical", () => {
      expect(serve("header;id;critical", { abilities })).toEqual({
        kind: "rejected",
        statusCode: 500,
        detail: "privacy cannot be given: header",
      });
    });
  });

  it("answers 400 to a From it cannot read", () => {
    expect(serve("user", { from: '"Bob' })).toMatchObject({ kind: "rejected", statusCode: 400 });
  });
});

describe("RFC 3323 §4.1.1.3 anonymous address", () => {
  it("keeps the parameters", () => {
    const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1;x=y';
    expect(anonymizeAddress("sip:bob@biloxi.example.com;tag=1;x=y")).toBe(anonymous);
    expect(anonymizeAddress(anonymous)).toBe(anonymous);
  });
});
