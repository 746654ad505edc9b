import { ManualClock } from "@siplet/testkit";
import { silentLogger, systemRandom, type Connection } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { deploy } from "../../test/deploy.js";
import { routedRequest } from "../../test/routed-request.js";
import { Invite } from "../decorators/invite.js";
import { SipServlet } from "../decorators/sip-servlet.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import { AccessGuard } from "./access-guard.js";
import { createContainerSecurity } from "./container-security.js";
import type { SecurityOptions } from "./security-options.js";

@SipServlet({ name: "desk" })
class Desk {
  @Invite() onInvite() {}
}

const users = {
  find: (name: string) =>
    name === "proxy.example.com" ? { username: name, password: "", roles: ["peer"] } : undefined,
};

async function guardOf(definition: ApplicationDefinition, options: SecurityOptions = {}): Promise<AccessGuard> {
  const model = await deploy({ name: "app", servlets: [Desk], securityRoles: ["peer"], ...definition });
  const parts = { clock: new ManualClock(), random: systemRandom, log: silentLogger, secret: "secret" };
  const guard = AccessGuard.of(model, {}, createContainerSecurity({ users, ...options }, parts));
  if (guard === undefined) throw new TypeError("the application has no guard");
  return guard;
}

const requestBy = (facts: Partial<Connection>) => routedRequest({}, { facts }) as ContainerSipServletRequest;
const security = (...identities: string[]) => ({ security: { protocol: "TLSv1.3", cipher: "x", identities } });

describe("JSR 289 §17 CLIENT-CERT", () => {
  const definition = {
    loginConfig: { authMethod: "CLIENT-CERT" },
    securityConstraints: [{ roles: ["peer"] }],
  } as const;

  it("takes the domain of a verified certificate for the caller, with the roles of the user of that name", async () => {
    const guard = await guardOf(definition);
    expect(guard.check(requestBy(security("proxy.example.com")), "desk")).toEqual({
      kind: "admitted",
      caller: { name: "proxy.example.com", roles: ["peer"] },
    });
  });

  it("refuses who has no certificate, and who has no role", async () => {
    const guard = await guardOf(definition);
    expect(guard.check(requestBy({}), "desk")).toMatchObject({
      statusCode: 403,
      reason: "A client certificate is required",
    });
    expect(guard.check(requestBy(security()), "desk")).toMatchObject({ statusCode: 403 });
    expect(guard.check(requestBy(security("other.example.com")), "desk")).toMatchObject({
      statusCode: 403,
      reason: "Forbidden",
    });
  });

  it("tells the caller where nobody asks for roles", async () => {
    const guard = await guardOf({ loginConfig: { authMethod: "CLIENT-CERT" } });
    expect(guard.check(requestBy(security("proxy.example.com")), "desk")).toMatchObject({
      caller: { name: "proxy.example.com" },
    });
  });
});

describe("RFC 3325 §2.3 peers trusted by certificate", () => {
  it("are believed", async () => {
    const identityAssertion = { scheme: "P-Asserted-Identity", support: "REQUIRED" } as const;
    const loginConfig = { authMethod: "DIGEST", identityAssertion } as const;
    const securityConstraints = [{ roles: ["*"] }];
    const guard = await guardOf({ loginConfig, securityConstraints }, { trusted: { domains: ["proxy.example.com"] } });
    const headers = { "P-Asserted-Identity": "<sip:carol@example.com>" };
    const from = (...domains: string[]) =>
      routedRequest({ headers }, { facts: security(...domains) }) as ContainerSipServletRequest;
    expect(guard.check(from("proxy.example.com"), "desk")).toMatchObject({ caller: { name: "sip:carol@example.com" } });
    expect(guard.check(from("other.example.com"), "desk")).toMatchObject({ statusCode: 403 });
  });
});

describe("RFC 7118 the handshake of a WebSocket connection", () => {
  const definition = { loginConfig: { authMethod: "DIGEST" }, securityConstraints: [{ roles: ["peer"] }] } as const;
  const by = (cookie: string) => requestBy({ handshake: { headers: { cookie } } as never });

  it("tells the caller, now or later", async () => {
    const identify = ({ headers }: { headers: { cookie?: string } }) =>
      headers.cookie === "known" ? { name: "web", roles: ["peer"] } : undefined;
    const now = await guardOf(definition, { identifyHandshake: identify });
    const later = await guardOf(definition, { identifyHandshake: async (request) => identify(request) });
    const admitted = { kind: "admitted", caller: { name: "web", roles: ["peer"] } };
    expect(now.check(by("known"), "desk")).toEqual(admitted);
    expect(await later.check(by("known"), "desk")).toEqual(admitted);
    expect(now.check(by("unknown"), "desk")).toMatchObject({ statusCode: 401 });
    expect(now.check(requestBy({}), "desk")).toMatchObject({ statusCode: 401 });
  });
});

describe("an application that asks for nothing", () => {
  it("has no guard", async () => {
    const model = await deploy({ name: "app", servlets: [Desk] });
    const parts = { clock: new ManualClock(), random: systemRandom, log: silentLogger, secret: "secret" };
    expect(AccessGuard.of(model, {}, createContainerSecurity({}, parts))).toBeUndefined();
  });
});
