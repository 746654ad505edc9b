import { describe, expect, it } from "vitest";
import { parsePrivacy, serializePrivacy } from "./privacy.js";

describe("RFC 3323 §4.2 Privacy", () => {
  it("is absent without field, and without value", () => {
    expect(parsePrivacy([])).toBeUndefined();
    expect(parsePrivacy([" ; "])).toBeUndefined();
  });

  it("reads values without case, in order, with white space", () => {
    const privacy = parsePrivacy(["Header ; ID;critical"]);
    expect([...(privacy?.values ?? [])]).toEqual(["header", "id"]);
    expect(privacy).toMatchObject({ isNone: false, isCritical: true });
  });

  it("reads commas and several fields as senders mean them", () => {
    expect([...(parsePrivacy(["id, user", "session"])?.values ?? [])]).toEqual(["id", "user", "session"]);
  });

  it("reads none, with critical at most", () => {
    expect(parsePrivacy(["none"])).toMatchObject({ isNone: true, isCritical: false });
    expect(parsePrivacy(["none;critical"])).toMatchObject({ isNone: true, isCritical: true });
  });

  it("sides with privacy where none contradicts it", () => {
    expect(parsePrivacy(["none;id"])).toMatchObject({ isNone: false });
  });

  it.each(["header;id;critical", "none", "none;critical", "user;future"])("writes %s as it was", (text) => {
    const privacy = parsePrivacy([text]);
    expect(privacy && serializePrivacy(privacy)).toBe(text);
  });
});
