import { describe, expect, it } from "vitest";
import { createUri } from "../address/uris.js";
import { SessionTargeting } from "./session-targeting.js";

const targeting = new SessionTargeting("a secret");

function encoded(by = targeting): string {
  const uri = createUri("sip:app@example.com;transport=tcp");
  by.encode(uri, "app ä", "00ff12");
  return uri.toString();
}

describe("JSR 289 §15.11.1 encoded URIs", () => {
  it("lead to application and session, whatever the letter case and the parameters around", () => {
    const target = { applicationName: "app ä", applicationSessionId: "00ff12" };
    expect(targeting.decode(encoded())).toEqual(target);
    expect(targeting.decode(`${encoded()};x=1`)).toEqual(target);
    expect(targeting.decode(encoded().toUpperCase())).toEqual(target);
  });

  it("are read by a container with the same secret only", () => {
    expect(new SessionTargeting("a secret").decode(encoded())).toBeDefined();
    expect(new SessionTargeting("another").decode(encoded())).toBeUndefined();
  });

  it.each([
    "sip:app@example.com",
    "sip:app@example.com;siplet-session",
    "sip:app@example.com;siplet-session=",
    "sip:app@example.com;siplet-session=00ff12",
    "sip:app@example.com;siplet-session=00ff12.617070.00",
    "sip:app@example.com;siplet-session=....",
  ])("are ignored when they are none: %s", (text) => {
    expect(targeting.decode(text)).toBeUndefined();
  });

  it("carry one token, the last", () => {
    const uri = createUri("sip:app@example.com");
    targeting.encode(uri, "app", "01");
    targeting.encode(uri, "app", "02");
    expect(targeting.decode(uri.toString())?.applicationSessionId).toBe("02");
  });
});
