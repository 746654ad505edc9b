import {
  DigestClient,
  DigestServer,
  MemoryUserStore,
  RegistrarCore,
  Registration,
  SipStack,
  createResponse,
  parseUri,
  type ServerTransaction,
} from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { startKamailio, type Kamailio } from "../counterparts/kamailio.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp } from "../counterparts/sipp.js";

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await stopEverything();
});

function refuse(transaction: ServerTransaction): void {
  transaction.respond(createResponse(transaction.request, 501, { toTag: "nobody" }).build());
}

/** A stack on free ports of loopback. */
async function openStack(onRequest: (transaction: ServerTransaction) => void = refuse): Promise<SipStack> {
  const stack = new SipStack();
  opened.push(stack);
  stack.attach({ onRequest, onCancel: refuse, onAck: () => {} });
  const { local } = await stack.listen("udp:127.0.0.1:0");
  await stack.listen(`tcp:127.0.0.1:${local.port}`);
  return stack;
}

interface Wish {
  readonly protocol: "udp" | "tcp";
  readonly expires?: number;
  readonly password?: string;
  readonly outbound?: boolean;
}

/** A registration of zed at Kamailio, and what it tells. */
async function openRegistration(kamailio: Kamailio, { protocol, expires = 600, password = "secret", outbound }: Wish) {
  const { sender, clock, random } = await openStack();
  const course: string[] = [];
  const credentials = ({ realm }: { realm: string }) =>
    realm === "localhost" ? { username: "zed", password } : undefined;
  const registration = new Registration(
    { sender, clock, random, digest: new DigestClient({ credentials }) },
    {
      addressOfRecord: "sip:zed@localhost",
      routes: [`<${kamailio.proxyUri(protocol)};lr>`],
      expires,
      ...(outbound && {
        outbound: { instanceId: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", registrationId: 1 },
      }),
    },
    {
      onRegistered: (binding) => course.push(`registered ${binding.expires}`),
      onFailed: ({ statusCode }) => course.push(`failed ${statusCode}`),
      onUnregistered: () => course.push("unregistered"),
    },
  );
  opened.push(registration);
  return { registration, course };
}

describe("RFC 3261 §10.2 Registration at Kamailio", () => {
  describe.each(["md5", "sha256"] as const)("with %s", (auth) => {
    it.for(["udp", "tcp"] as const)("registers, refreshes and unregisters over %s", async (protocol, context) => {
      needs(context, "kamailio");
      const kamailio = await startKamailio({ auth });
      const { registration, course } = await openRegistration(kamailio, { protocol });
      registration.register();
      const [binding] = await kamailio.waitForBindings("zed");
      expect(binding?.Address).toMatch(/^sip:zed@127\.0\.0\.1:\d+/);
      await expect.poll(() => course).toEqual(["registered 600"]);
      registration.register();
      await expect.poll(() => course).toEqual(["registered 600", "registered 600"]);
      const [renewed] = await kamailio.waitForBindings("zed");
      expect(renewed?.["Call-ID"]).toBe(binding?.["Call-ID"]);
      expect(Number(renewed?.CSeq)).toBeGreaterThan(Number(binding?.CSeq));
      registration.unregister();
      await kamailio.waitForBindings("zed", 0);
      await expect.poll(() => course.at(-1)).toBe("unregistered");
    });
  });

  it("keeps itself registered by short times", async (context) => {
    needs(context, "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const { registration, course } = await openRegistration(kamailio, { protocol: "udp", expires: 2 });
    registration.register();
    await expect.poll(() => course.length, { timeout: 10_000 }).toBe(4);
    expect(new Set(course)).toEqual(new Set(["registered 2"]));
    expect(await kamailio.bindings("zed")).toHaveLength(1);
  });

  it("stops at a wrong password", async (context) => {
    needs(context, "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const { registration, course } = await openRegistration(kamailio, { protocol: "udp", password: "wrong" });
    registration.register();
    await expect.poll(() => course).toEqual(["failed 401"]);
    expect(registration.state).toBe("failed");
  });

  it("reads its GRUUs", async (context) => {
    needs(context, "kamailio");
    const kamailio = await startKamailio();
    const { registration, course } = await openRegistration(kamailio, { protocol: "tcp", outbound: true });
    registration.register();
    await expect.poll(() => course).toEqual(["registered 600"]);
    expect(registration.binding?.gruus.public).toContain(";gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    expect(registration.binding?.gruus.temporary).toContain(";gr");
    registration.query((contacts) => course.push(`knows ${contacts.length}`));
    await expect.poll(() => course.at(-1)).toBe("knows 1");
    registration.unregisterAll();
    await kamailio.waitForBindings("zed", 0);
  });
});

/** A registrar on loopback whose users have the password "secret". */
async function openRegistrar() {
  const users = new MemoryUserStore(["zed", "amy"].map((username) => ({ username, password: "secret" })));
  const registrar = new RegistrarCore({
    domains: ["127.0.0.1"],
    authentication: new DigestServer({ realm: "127.0.0.1", users, algorithms: ["MD5"] }),
    minExpires: 1,
  });
  opened.push(registrar);
  const stack = await openStack((transaction) => {
    const answer = registrar.receiveRegister(transaction.request, transaction.connection);
    void Promise.resolve(answer).then((response) => transaction.respond(response));
  });
  const { port } = stack.transport.transports[0]?.local ?? { port: 0 };
  const contacts = async (user: string): Promise<string[]> => {
    const bindings = await registrar.bindings(parseUri(`sip:${user}@127.0.0.1`));
    return bindings.map(({ contactUri }) => contactUri);
  };
  return { address: `127.0.0.1:${port}`, contacts };
}

describe("RFC 3261 §10.3 RegistrarCore", () => {
  it("registers and forgets baresip", async (context) => {
    needs(context, "baresip");
    const { address, contacts } = await openRegistrar();
    const phone = await startBaresip({ user: "zed", domain: address, password: "secret", register: 60 });
    expect(await contacts("zed")).toEqual([expect.stringMatching(/^sip:zed@|^sip:zed-/)]);
    await phone.command("quit");
    await expect.poll(() => contacts("zed"), { timeout: 10_000 }).toEqual([]);
  });

  it.for(["u1", "t1"] as const)("registers SIPp by password over %s", async (transport, context) => {
    needs(context, "sipp");
    const { address, contacts } = await openRegistrar();
    const result = await runSipp({
      scenario: "uac-register-auth.xml",
      target: address,
      transport,
      user: "amy",
      username: "amy",
      password: "secret",
      calls: 5,
    });
    expect(result, explainSipp(result)).toMatchObject({ successful: 5, failed: 0 });
    expect(await contacts("amy")).toHaveLength(1);
  });

  it("refuses SIPp with a wrong password", async (context) => {
    needs(context, "sipp");
    const { address, contacts } = await openRegistrar();
    const wrong = { user: "amy", username: "amy", password: "wrong", values: { outcome: "401" } };
    const result = await runSipp({ scenario: "uac-register-auth.xml", target: address, ...wrong });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    expect(await contacts("amy")).toEqual([]);
  });
});
