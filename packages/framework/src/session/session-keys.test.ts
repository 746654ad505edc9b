import { describe, expect, it } from "vitest";
import { SessionKeys, sessionKeyOf } from "./session-keys.js";

const id = "0123456789abcdef01234567";

describe("SessionKeys", () => {
  it("makes the same key for a session each time, and others for other sessions", () => {
    const keys = new SessionKeys("secret");
    expect(keys.create(id)).toBe(keys.create(id));
    expect(keys.create(id)).not.toBe(keys.create("another"));
    expect(keys.create(id)).toMatch(/^[\da-f]{40}$/);
  });

  it("knows its own keys, and those of a container with the same secret", () => {
    const key = new SessionKeys("secret").create(id);
    expect(new SessionKeys("secret").isGenuine(key)).toBe(true);
    expect(new SessionKeys(Buffer.from("secret")).isGenuine(key)).toBe(true);
    expect(new SessionKeys("other").isGenuine(key)).toBe(false);
  });

  it.each(["", "abc", id, `${id}0000000000000000`])("takes %j for none", (key) => {
    expect(new SessionKeys("secret").isGenuine(key)).toBe(false);
  });
});

describe("sessionKeyOf", () => {
  it.each([
    ["sip:192.0.2.10:5060;sk=ab12", "ab12"],
    ["sip:app@192.0.2.10;transport=tcp;sk=AB12;lr", "ab12"],
    ["<sip:192.0.2.10;lr;sk=ab12>", "ab12"],
    ["sip:192.0.2.10", undefined],
    ["sip:192.0.2.10;risk=ab", undefined],
    ["sip:192.0.2.10;sk=", undefined],
    ["sip:192.0.2.10;sk=%41", undefined],
  ])("reads %s", (uri, key) => {
    expect(sessionKeyOf(uri)).toBe(key);
  });
});
