import {
  DeclareRoles,
  Invite,
  MemoryUserStore,
  SipMethod,
  SipSecurity,
  SipServlet,
  SipServletBase,
  readSipXml,
  type ContainerApplication,
  type DeploymentError,
  type LoginConfig,
  type SecurityOptions,
  type SipServletMessage,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { ContainerLab, createWorld } from "./container-lab.js";
import { authorize, challengesOf, DigestCaller, type Answer } from "./digest-caller.js";

const realm = "example.com";
const login: LoginConfig = { authMethod: "DIGEST", realmName: realm };
const alice: Answer = { username: "alice", password: "wonderland" };
const bob: Answer = { username: "bob", password: "builder" };
const users = new MemoryUserStore([
  { ...alice, roles: ["staff"] },
  { ...bob, roles: ["guest"] },
  { username: "sip:carol@partner.example", password: "unused", roles: ["staff"] },
]);

/** What a servlet saw: method, user, and the roles it asked for. */
let seen: { readonly method: string; readonly user: string | undefined; readonly roles: readonly string[] }[] = [];

function note(message: SipServletMessage): void {
  const roles = ["staff", "guest", "boss"].filter((role) => message.isUserInRole(role));
  seen.push({ method: message.method, user: message.remoteUser, roles });
}

@SipServlet({ name: "desk" })
class Desk extends SipServletBase {
  override doRequest(request: SipServletRequest) {
    note(request);
    if (request.method === "ACK") return;
    return request.createResponse(200).send();
  }
}

const securityRoles = ["staff", "guest"];
const application = (overrides: Partial<ContainerApplication>): ContainerApplication => ({
  name: "app",
  servlets: [Desk],
  loginConfig: login,
  securityRoles,
  ...overrides,
});

let lab: ContainerLab | undefined;

async function start(overrides: Partial<ContainerApplication>, security: SecurityOptions = { users }) {
  seen = [];
  lab = await ContainerLab.start({ applications: [application(overrides)], security });
  return { lab, caller: new DigestCaller(lab) };
}

afterEach(async () => {
  await lab?.[Symbol.asyncDispose]();
  lab = undefined;
});

describe("JSR 289 §17 security constraints", () => {
  it("let a request pass that no constraint covers", async () => {
    const { caller } = await start({ securityConstraints: [{ methods: ["INVITE"], roles: ["staff"] }] });
    expect((await caller.send("OPTIONS")).status).toBe(200);
    expect(seen).toEqual([{ method: "OPTIONS", user: undefined, roles: [] }]);
  });

  it("challenge with 401 before the application is invoked, then let in who has the role", async () => {
    const { lab: container, caller } = await start({ securityConstraints: [{ roles: ["staff"] }] });
    const challenge = await caller.send("MESSAGE");
    expect(challenge.status).toBe(401);
    expect(challengesOf(challenge)).toMatchObject([{ realm, algorithm: "SHA-256", qop: ["auth"], stale: false }]);
    expect(seen).toEqual([]);
    expect(container.container.counts).toMatchObject({ applicationSessions: 0 });
    const answer = await caller.send("MESSAGE", { headers: authorize(challenge, "MESSAGE", alice) });
    expect(answer.status).toBe(200);
    expect(seen).toEqual([{ method: "MESSAGE", user: "alice", roles: ["staff"] }]);
  });

  it("hold for every method that nobody listed, whatever it is", async () => {
    const { caller } = await start({ securityConstraints: [{ roles: ["staff"] }] });
    for (const method of ["INVITE", "OPTIONS", "REGISTER", "SUBSCRIBE", "PUBLISH", "REFER", "INFO", "XOWN"]) {
      expect((await caller.send(method)).status, method).toBe(401);
    }
    expect(seen).toEqual([]);
  });

  it("answer 403 without another challenge when the role is missing", async () => {
    const { caller } = await start({ securityConstraints: [{ roles: ["staff"] }] });
    const answer = await caller.login("MESSAGE", bob);
    expect([answer.status, answer.headers("WWW-Authenticate")]).toEqual([403, []]);
    expect(seen).toEqual([]);
  });

  it("let in anybody who is authenticated for the role *", async () => {
    const { caller } = await start({ securityConstraints: [{ roles: ["*"] }] });
    expect((await caller.login("MESSAGE", bob)).status).toBe(200);
    expect(seen).toMatchObject([{ user: "bob" }]);
  });

  it("let nobody in for an empty auth-constraint", async () => {
    const { caller } = await start({ securityConstraints: [{ roles: [] }] });
    expect((await caller.send("MESSAGE")).status).toBe(403);
    expect(seen).toEqual([]);
  });

  it("challenge with 407 where proxy-authentication is asked for", async () => {
    const { caller } = await start({ securityConstraints: [{ roles: ["staff"], proxyAuthentication: true }] });
    const challenge = await caller.send("INVITE");
    expect([challenge.status, challenge.headers("Proxy-Authenticate").length]).toEqual([407, 1]);
    const answer = await caller.send("INVITE", { headers: authorize(challenge, "INVITE", alice) });
    expect(answer.status).toBe(200);
  });

  it.each(["INTEGRAL", "CONFIDENTIAL"] as const)(
    "answer 403 to what does not come by TLS for %s",
    async (transportGuarantee) => {
      const world = createWorld();
      seen = [];
      const place = { address: "192.0.2.10", port: 5061 };
      lab = await ContainerLab.start(
        {
          applications: [application({ securityConstraints: [{ transportGuarantee }] })],
          listen: [
            world.network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 }),
            world.network.transport({ protocol: "tls", ...place }),
          ],
        },
        world,
      );
      const plain = await new DigestCaller(lab).send("OPTIONS");
      expect([plain.status, plain.startLine]).toEqual([403, expect.stringContaining(transportGuarantee)]);
      const secure = ScriptedUserAgent.inMemory(world.network, {
        name: "sam",
        clock: world.clock,
        peer: place,
        protocol: "tls",
        address: "192.0.2.3",
        port: 5061,
      });
      secure.sendRequest({ method: "OPTIONS", uri: "sip:app@192.0.2.10" });
      await lab.settle();
      expect(secure.last("200 OPTIONS").status).toBe(200);
    },
  );

  it("are those of the servlet that is chosen", async () => {
    @SipServlet({ name: "other" })
    class Other {
      @SipMethod("OPTIONS") onOptions(request: SipServletRequest) {
        return request.createResponse(200).send();
      }
    }
    const equal = (value: string) =>
      ({ kind: "equal", variable: "request.uri.user", value, ignoreCase: false }) as const;
    const { caller } = await start({
      servlets: [Desk, Other],
      servletMappings: [
        { servletName: "desk", pattern: equal("desk") },
        { servletName: "other", pattern: equal("other") },
      ],
      securityConstraints: [{ servlets: ["desk"], roles: ["staff"] }],
    });
    expect((await caller.send("OPTIONS", { uri: "sip:desk@192.0.2.10" })).status).toBe(401);
    expect((await caller.send("OPTIONS", { uri: "sip:other@192.0.2.10" })).status).toBe(200);
  });

  it("may stand at the class of the servlet [?]", async () => {
    @DeclareRoles("guest")
    @SipSecurity({ methods: ["INVITE"], roles: ["staff"] })
    @SipServlet({ name: "guarded" })
    class Guarded {
      @Invite() onInvite(request: SipServletRequest) {
        note(request);
        return request.createResponse(200).send();
      }
      @SipMethod("OPTIONS") onOptions(request: SipServletRequest) {
        return request.createResponse(200).send();
      }
    }
    const { caller } = await start({ servlets: [Guarded] });
    expect((await caller.send("OPTIONS")).status).toBe(200);
    expect((await caller.login("INVITE", alice)).status).toBe(200);
    expect(seen).toMatchObject([{ method: "INVITE", user: "alice" }]);
  });

  it("come from sip.xml, roles linked", async () => {
    const { descriptor } = readSipXml(`
      <sip-app><app-name>app</app-name>
        <servlet>
          <servlet-name>desk</servlet-name><servlet-class>Desk</servlet-class>
          <security-role-ref><role-name>boss</role-name><role-link>staff</role-link></security-role-ref>
        </servlet>
        <security-constraint>
          <resource-collection>
            <resource-name>calls</resource-name><servlet-name>desk</servlet-name><sip-method>INVITE</sip-method>
          </resource-collection>
          <proxy-authentication/>
          <auth-constraint><role-name>staff</role-name></auth-constraint>
        </security-constraint>
        <login-config><auth-method>DIGEST</auth-method><realm-name>xml.example</realm-name></login-config>
        <security-role><role-name>staff</role-name></security-role>
      </sip-app>`);
    const { caller } = await start({ descriptor, loginConfig: undefined, securityRoles: [] });
    const challenge = await caller.send("INVITE");
    expect([challenge.status, challengesOf(challenge)[0]?.realm]).toEqual([407, "xml.example"]);
    const answer = await caller.send("INVITE", { headers: authorize(challenge, "INVITE", alice) });
    expect(answer.status).toBe(200);
    expect(seen).toEqual([{ method: "INVITE", user: "alice", roles: ["staff", "boss"] }]);
  });
});

describe("JSR 289 §17 a call", () => {
  it("is checked once: ACK, CANCEL, PRACK and later requests of the dialog are not challenged [K]", async () => {
    const { lab: container, caller } = await start({ securityConstraints: [{ roles: ["staff"] }] });
    const challenge = await caller.send("INVITE");
    const call = await container.call(caller.agent, {
      headers: authorize(challenge, "INVITE", alice),
    });
    expect(call.answer.status).toBe(200);
    expect(await call.bye()).toBe(200);
    expect(seen).toEqual([
      { method: "INVITE", user: "alice", roles: ["staff"] },
      { method: "ACK", user: "alice", roles: ["staff"] },
      { method: "BYE", user: "alice", roles: ["staff"] },
    ]);
  });

  it("answers a CANCEL without challenge", async () => {
    const { lab: container, caller } = await start({ securityConstraints: [{ roles: ["staff"] }] });
    const invite = await container.send(caller.agent, { method: "INVITE" });
    expect(caller.answerTo(invite).status).toBe(401);
    caller.agent.sendRequest({ method: "CANCEL", uri: "sip:app@192.0.2.10", callId: "none@lab", branch: "z9hG4bK-x" });
    await container.settle();
    expect(caller.agent.last((each) => each.summary.endsWith("CANCEL") && !each.isRequest).status).toBe(481);
  });

  it("tells nobody the user of a message made here", async () => {
    let made: SipServletMessage | undefined;
    @SipServlet()
    class Answering {
      @Invite() onInvite(request: SipServletRequest) {
        made = request.createResponse(200);
        return (made as SipServletResponse).send();
      }
    }
    const { caller } = await start({ servlets: [Answering], securityConstraints: [{ roles: ["staff"] }] });
    expect((await caller.login("INVITE", alice)).status).toBe(200);
    expect([made?.remoteUser, made?.userPrincipal, made?.isUserInRole("staff")]).toEqual([undefined, undefined, false]);
  });
});

describe("JSR 289 §17 digest", () => {
  const constraint = { securityConstraints: [{ roles: ["*"] }] };

  it("offers every algorithm in the order of preference, a field each (RFC 8760)", async () => {
    const algorithms = ["SHA-512-256", "SHA-256", "MD5"] as const;
    const { caller } = await start(constraint, { users, algorithms });
    const challenge = await caller.send("MESSAGE");
    expect(challengesOf(challenge).map(({ algorithm }) => algorithm)).toEqual(algorithms);
    for (const choice of [0, 1, 2]) {
      expect((await caller.login("MESSAGE", { ...alice, choice })).status).toBe(200);
    }
  });

  it("checks bodies where auth-int is offered", async () => {
    const { caller } = await start(constraint, { users, qop: ["auth-int"] });
    const challenge = await caller.send("MESSAGE", { body: "hello" });
    const headers = authorize(challenge, "MESSAGE", { ...alice, qop: "auth-int" }, "hello");
    expect((await caller.send("MESSAGE", { body: "changed", headers })).status).toBe(401);
    expect((await caller.send("MESSAGE", { body: "hello", headers })).status).toBe(200);
  });

  it("does not tell a wrong password from a user that does not exist", async () => {
    const { caller } = await start(constraint);
    const wrong = await caller.login("MESSAGE", { ...alice, password: "x" });
    const unknown = await caller.login("MESSAGE", { username: "nobody", password: "x" });
    const shape = ({ status, startLine, text }: typeof wrong) => [
      status,
      startLine,
      text.replaceAll(/nonce="[^"]*"|tag=\S+|branch=\S+|call-\d+|CSeq: \d+/g, ""),
    ];
    expect(shape(wrong)).toEqual(shape(unknown));
    expect(challengesOf(wrong)).toMatchObject([{ stale: false }]);
  });

  it("says stale when the nonce is too old, and nothing else was wrong", async () => {
    const { lab: container, caller } = await start(constraint, { users, nonceLifetime: 30_000 });
    const challenge = await caller.send("MESSAGE");
    await container.settle(31_000);
    const stale = await caller.send("MESSAGE", { headers: authorize(challenge, "MESSAGE", alice) });
    expect([stale.status, challengesOf(stale)[0]?.stale]).toEqual([401, true]);
    const again = await caller.send("MESSAGE", { headers: authorize(stale, "MESSAGE", alice) });
    expect(again.status).toBe(200);
  });

  it("takes a nonce count once", async () => {
    const { caller } = await start(constraint);
    const challenge = await caller.send("MESSAGE");
    const with1 = authorize(challenge, "MESSAGE", alice);
    expect((await caller.send("MESSAGE", { headers: with1 })).status).toBe(200);
    const replayed = await caller.send("MESSAGE", { headers: with1 });
    expect([replayed.status, challengesOf(replayed)[0]?.stale]).toEqual([401, true]);
    const with2 = authorize(challenge, "MESSAGE", { ...alice, nonceCount: "00000002" });
    expect((await caller.send("MESSAGE", { headers: with2 })).status).toBe(200);
  });

  it("does not take a nonce that another address was given", async () => {
    const { lab: container, caller } = await start(constraint);
    const challenge = await caller.send("MESSAGE");
    const thief = new DigestCaller(container, "mallory", "192.0.2.66");
    const stolen = await thief.send("MESSAGE", { headers: authorize(challenge, "MESSAGE", alice) });
    expect(stolen.status).toBe(401);
  });

  it("answers 400 to credentials that nobody can read, and for another request", async () => {
    const { caller } = await start(constraint);
    const headers = { Authorization: `Digest realm="${realm}", nonce="x"` };
    expect((await caller.send("MESSAGE", { headers })).status).toBe(400);
    const uri = "sip:other@elsewhere.example";
    expect((await caller.login("MESSAGE", { ...alice, uri })).status).toBe(400);
    expect(seen).toEqual([]);
  });

  it("shares nonces between containers of one secret", async () => {
    const world = createWorld();
    const options = { applications: [application(constraint)], security: { users }, secret: "between us" };
    const first = await ContainerLab.start(options, world);
    lab = await ContainerLab.start(options, world, "192.0.2.20");
    const { agent } = new DigestCaller(first);
    const ask = async (address: string, headers = {}) => {
      agent.sendRequest(
        { method: "MESSAGE", uri: "sip:app@192.0.2.10", callId: `${address}@lab`, headers },
        { address, port: 5060 },
      );
      await first.settle();
      return agent.last(({ isRequest }) => !isRequest);
    };
    const challenge = await ask("192.0.2.10");
    await first[Symbol.asyncDispose]();
    expect((await ask("192.0.2.20", authorize(challenge, "MESSAGE", alice))).status).toBe(200);
  });
});

describe("JSR 289 §17 users that are looked up elsewhere", () => {
  const constraint = { securityConstraints: [{ roles: ["*"] }] };
  const waiting = () => {
    let resolve = (): void => undefined;
    let reject = (_error: Error): void => undefined;
    const promise = new Promise<void>((...ends) => ([resolve, reject] = ends));
    const find = (name: string) => promise.then(() => users.find(name, realm));
    return { users: { find }, resolve, reject };
  };

  it("hold the request up until they are found", async () => {
    const { resolve, ...security } = waiting();
    const { lab: container, caller } = await start(constraint, security);
    const challenge = await caller.send("MESSAGE");
    const sent = await container.send(caller.agent, {
      method: "MESSAGE",
      headers: authorize(challenge, "MESSAGE", alice),
    });
    expect(seen).toEqual([]);
    resolve();
    await container.settle();
    expect(caller.answerTo(sent).status).toBe(200);
    expect(seen).toMatchObject([{ user: "alice" }]);
  });

  it("answer 500 when they cannot be found, and when that takes too long", async () => {
    const { reject, ...security } = waiting();
    const { lab: container, caller } = await start(constraint, security);
    const challenge = await caller.send("MESSAGE");
    const headers = authorize(challenge, "MESSAGE", alice);
    const slow = await container.send(caller.agent, { method: "MESSAGE", headers });
    await container.settle(10_000);
    expect(caller.answerTo(slow).status).toBe(500);
    const failing = await container.send(caller.agent, { method: "MESSAGE", headers });
    reject(new TypeError("no database"));
    await container.settle();
    expect(caller.answerTo(failing).status).toBe(500);
    expect(seen).toEqual([]);
  });

  it("are not waited for once the call is cancelled", async () => {
    const { resolve, ...security } = waiting();
    const { lab: container, caller } = await start(constraint, security);
    const challenge = await caller.send("INVITE");
    const invite = await container.send(caller.agent, {
      method: "INVITE",
      sequenceNumber: 7,
      headers: authorize(challenge, "INVITE", alice),
    });
    const branch = /branch=([^;\s]+)/.exec(invite.header("Via") ?? "")?.[1] ?? "";
    const { callId, sequenceNumber } = invite;
    caller.agent.sendRequest({ method: "CANCEL", uri: "sip:app@192.0.2.10", callId, sequenceNumber, branch });
    await container.settle();
    expect(caller.agent.last((each) => each.summary.endsWith("INVITE") && !each.isRequest).status).toBe(487);
    resolve();
    await container.settle();
    expect(seen).toEqual([]);
    expect(container.container.counts).toMatchObject({ applicationSessions: 0 });
  });
});

describe("JSR 289 §17 identity assertion (RFC 3325)", () => {
  const asserting = (support: "REQUIRED" | "SUPPORTED"): Partial<ContainerApplication> => ({
    loginConfig: { ...login, identityAssertion: { scheme: "P-Asserted-Identity", support } },
    securityConstraints: [{ methods: ["MESSAGE"], roles: ["staff"] }],
  });
  const trusting = { users, trusted: { networks: ["192.0.2.1"] } };
  const headers = { "P-Asserted-Identity": '"Carol" <sip:carol@partner.example>' };

  it("makes the principal, with the roles of the user of that name", async () => {
    const { caller } = await start(asserting("SUPPORTED"), trusting);
    expect((await caller.send("MESSAGE", { headers })).status).toBe(200);
    expect(seen).toEqual([{ method: "MESSAGE", user: "sip:carol@partner.example", roles: ["staff"] }]);
  });

  it("takes the user part for the name where the domain is the realm", async () => {
    const { caller } = await start(asserting("SUPPORTED"), trusting);
    const own = { "P-Asserted-Identity": "<sip:alice@EXAMPLE.com>" };
    expect((await caller.send("MESSAGE", { headers: own })).status).toBe(200);
    expect(seen).toMatchObject([{ roles: ["staff"] }]);
  });

  it("makes the principal of requests that need none as well", async () => {
    const { caller } = await start(asserting("SUPPORTED"), trusting);
    expect((await caller.send("OPTIONS", { headers })).status).toBe(200);
    expect(seen).toMatchObject([{ user: "sip:carol@partner.example" }]);
  });

  it("answers 403 where the role is missing", async () => {
    const { caller } = await start(asserting("SUPPORTED"), trusting);
    const nobody = { "P-Asserted-Identity": "<sip:nobody@partner.example>" };
    expect((await caller.send("MESSAGE", { headers: nobody })).status).toBe(403);
  });

  it.each([
    ["absent", {}],
    ["unreadable", { "P-Asserted-Identity": "<<<" }],
  ])("falls back to digest where SUPPORTED and %s", async (_, others) => {
    const { caller } = await start(asserting("SUPPORTED"), trusting);
    const challenge = await caller.send("MESSAGE", { headers: others });
    expect(challenge.status).toBe(401);
    const answer = await caller.send("MESSAGE", { headers: { ...others, ...authorize(challenge, "MESSAGE", alice) } });
    expect(answer.status).toBe(200);
    expect(seen).toMatchObject([{ user: "alice" }]);
  });

  it("is refused with 403 where REQUIRED and absent", async () => {
    const { caller } = await start(asserting("REQUIRED"), trusting);
    expect((await caller.send("MESSAGE")).status).toBe(403);
    expect(seen).toEqual([]);
  });

  it("is not believed of others, and taken away before the application sees it", async () => {
    const asserted: (string | undefined)[] = [];
    @SipServlet()
    class Reading {
      @SipMethod("OPTIONS") onOptions(request: SipServletRequest) {
        asserted.push(request.getHeader("P-Asserted-Identity"));
        return request.createResponse(200).send();
      }
    }
    const { lab: container, caller } = await start({ ...asserting("SUPPORTED"), servlets: [Reading] }, trusting);
    const stranger = new DigestCaller(container, "mallory", "192.0.2.66");
    expect((await stranger.send("MESSAGE", { headers })).status).toBe(401);
    await stranger.send("OPTIONS", { headers });
    await caller.send("OPTIONS", { headers });
    expect(asserted).toEqual([undefined, headers["P-Asserted-Identity"]]);
  });

  it("is left alone, and believed of nobody, where no trust is configured", async () => {
    const asserted: (string | undefined)[] = [];
    @SipServlet()
    class Reading {
      @SipMethod("OPTIONS") onOptions(request: SipServletRequest) {
        asserted.push(request.getHeader("P-Asserted-Identity"), request.remoteUser);
        return request.createResponse(200).send();
      }
    }
    const { caller } = await start({ ...asserting("SUPPORTED"), servlets: [Reading] });
    await caller.send("OPTIONS", { headers });
    expect(asserted).toEqual([headers["P-Asserted-Identity"], undefined]);
    expect((await caller.send("MESSAGE", { headers })).status).toBe(401);
  });
});

describe("JSR 289 §17 security that cannot work is told at deployment", () => {
  it("all at once, with what only the container knows", async () => {
    const failure = await start(
      { securityConstraints: [{ name: "c", servlets: ["dekc"], methods: ["INVIET"], roles: ["root"] }] },
      {},
    ).then(
      () => undefined,
      (error: DeploymentError) => error,
    );
    expect(failure?.problems.map(({ code }) => code)).toEqual([
      "security.servlet",
      "security.method",
      "security.role",
      "security.users",
    ]);
  });

  it("such as users that cannot be read", async () => {
    const refresh = () => Promise.reject(new TypeError("ENOENT: no such file, open 'users.htdigest'"));
    const options = { users: { find: () => undefined, refresh } };
    await expect(start({ securityConstraints: [{ roles: ["*"] }] }, options)).rejects.toThrow(
      /its users cannot be read: ENOENT: no such file, open 'users\.htdigest'/,
    );
  });
});

describe("access by source network", () => {
  const stranger = "192.0.2.66";
  const warnings = (container: ContainerLab) => container.log.filter(({ level }) => level === "warn");

  it("drops what comes from elsewhere before it is read, and tells so once a minute", async () => {
    const { lab: container, caller } = await start({}, { access: { allow: ["192.0.2.1"] } });
    expect((await caller.send("OPTIONS")).status).toBe(200);
    const other = container.agent("mallory", stranger);
    for (const _ of [1, 2, 3]) await container.send(other, { method: "OPTIONS" });
    expect(other.messages()).toEqual([]);
    expect(warnings(container)).toMatchObject([{ fields: { remote: stranger, before: 0 } }]);
    await container.settle(60_000);
    await container.send(other, { method: "OPTIONS" });
    expect(warnings(container)).toMatchObject([{}, { fields: { remote: stranger, before: 2 } }]);
    expect(seen).toHaveLength(1);
  });

  it("answers 403 where that is wanted", async () => {
    const { lab: container, caller } = await start({}, { access: { deny: ["192.0.2.64/26"], denied: "forbid" } });
    expect((await new DigestCaller(container, "mallory", stranger).send("OPTIONS")).status).toBe(403);
    expect((await caller.send("OPTIONS")).status).toBe(200);
    expect(warnings(container)).toHaveLength(1);
  });

  it("may be another for a single listener", async () => {
    const world = createWorld();
    const place = { address: "192.0.2.10", port: 5070 };
    seen = [];
    lab = await ContainerLab.start(
      {
        applications: [application({})],
        listen: [
          world.network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 }),
          world.network.transport({ protocol: "udp", ...place }),
        ],
        security: { access: { deny: [stranger], listeners: { "udp:192.0.2.10:5070": { allow: [stranger] } } } },
      },
      world,
    );
    const mallory = lab.agent("mallory", stranger);
    await lab.send(mallory, { method: "OPTIONS" });
    expect(mallory.messages()).toEqual([]);
    mallory.sendRequest({ method: "OPTIONS", uri: "sip:app@192.0.2.10", callId: lab.callId() }, place);
    await lab.settle();
    expect(mallory.last().status).toBe(200);
  });

  it("may be another for each application: 403", async () => {
    const { lab: container, caller } = await start({ security: { access: { allow: ["192.0.2.1"] } } });
    expect((await caller.send("OPTIONS")).status).toBe(200);
    expect((await new DigestCaller(container, "mallory", stranger).send("OPTIONS")).status).toBe(403);
  });

  it("fails to start with a network that is none", async () => {
    const broken = { access: { allow: ["192.0.2.0/99"] } };
    await expect(start({}, broken)).rejects.toThrow(/"192\.0\.2\.0\/99" is no network/);
    await expect(start({ security: broken })).rejects.toMatchObject({ problems: [{ code: "security.access" }] });
  });
});
