import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { ConsoleAccess } from "./console-access.js";
import { LoginLimit } from "./login-limit.js";

const hour = 3_600_000;

/** A request that sends back what `Set-Cookie` gave. */
function requestWith(cookie: string): IncomingMessage {
  return { headers: { cookie: `other=1; ${cookie.split(";", 1)[0]}` } } as IncomingMessage;
}

describe("ConsoleAccess", () => {
  let now = 0;
  const access = new ConsoleAccess("secret", () => now);

  it("knows the password", () => {
    expect([access.isPassword("secret"), access.isPassword("Secret"), access.isPassword("")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("admits whoever has its cookie, for twelve hours", () => {
    now = 0;
    const cookie = access.cookie("/console", false);
    expect(access.admits(requestWith(cookie))).toBe(true);
    now = 13 * hour;
    expect(access.admits(requestWith(cookie))).toBe(false);
  });

  it("keeps its cookie from scripts, other sites and, on HTTPS, from plain connections", () => {
    expect(access.cookie("/console", true)).toMatch(/Path=\/console; .*HttpOnly; SameSite=Strict; Secure$/);
    expect(access.cookie("/console", false)).not.toContain("Secure");
  });

  it.each(["", "siplet-console=", "siplet-console=99999999999999.00", "siplet-console=x.y", "siplet-console=."])(
    "refuses the cookie %j",
    (cookie) => {
      expect(access.admits(requestWith(cookie))).toBe(false);
    },
  );

  it("refuses the cookie of another console", () => {
    now = 0;
    const other = new ConsoleAccess("secret", () => now);
    expect(access.admits(requestWith(other.cookie("/console", false)))).toBe(false);
  });
});

describe("LoginLimit", () => {
  it("bars an address after five failures, for a minute", () => {
    let now = 0;
    const limit = new LoginLimit(() => now);
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(limit.isBarred("192.0.2.1")).toBe(false);
      limit.fail("192.0.2.1");
    }
    expect([limit.isBarred("192.0.2.1"), limit.isBarred("192.0.2.2")]).toEqual([true, false]);
    now = 61_000;
    expect(limit.isBarred("192.0.2.1")).toBe(false);
  });

  it("forgets failures once somebody gets in", () => {
    const limit = new LoginLimit(() => 0);
    for (let attempt = 0; attempt < 4; attempt++) limit.fail("192.0.2.1");
    limit.succeed("192.0.2.1");
    limit.fail("192.0.2.1");
    expect(limit.isBarred("192.0.2.1")).toBe(false);
  });
});
