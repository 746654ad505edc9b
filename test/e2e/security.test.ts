/** Callers that are programs of others, before an application that wants to know who they are. */
import "reflect-metadata";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bootstrap,
  Bye,
  htdigestFile,
  HtdigestUserStore,
  inject,
  Invite,
  Register,
  SipServlet,
  type SipContainer,
  type SipServletRequest,
} from "@siplet/framework";
import { Registrar, registrar } from "@siplet/framework/registrar";
import type { DigestAlgorithm } from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp } from "../counterparts/sipp.js";

const realm = "localhost";
const ha1 = (hash: "md5" | "sha256", user: string) => createHash(hash).update(`${user}:${realm}:secret`).digest("hex");
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let seen: string[] = [];

@SipServlet({ name: "home" })
class Home {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register() onRegister(request: SipServletRequest) {
    seen.push(`${request.remoteUser} registers`);
    return this.registrar.handle(request);
  }
  @Invite() onInvite(request: SipServletRequest) {
    seen.push(`${request.remoteUser} calls`);
    return request.createResponse(200).send();
  }
  @Bye() onBye(request: SipServletRequest) {
    seen.push(`${request.remoteUser} hangs up`);
    return request.createResponse(200).send();
  }
}

let container: SipContainer | undefined;
let port = 0;
let folder = "";

/** Old phones fail as soon as they read of a hash they do not know. */
async function start(algorithms: readonly DigestAlgorithm[]): Promise<void> {
  seen = [];
  folder = mkdtempSync(join(tmpdir(), "security-"));
  const path = join(folder, "users.htdigest");
  writeFileSync(
    path,
    `zed:${realm}:${ha1("md5", "zed")}\nzed:${realm}:${ha1("sha256", "zed")}\nold:${realm}:${ha1("md5", "old")}\n`,
  );
  port = await freePort();
  container = await bootstrap({
    applications: [
      {
        name: "home",
        servlets: [Home],
        configure: registrar({ domains: ["localhost", "127.0.0.1"] }),
        loginConfig: { authMethod: "DIGEST", realmName: realm },
        securityRoles: ["subscriber"],
        securityConstraints: [
          { methods: ["REGISTER"], roles: ["subscriber"] },
          { methods: ["INVITE"], roles: ["subscriber"], proxyAuthentication: true },
        ],
      },
    ],
    security: {
      users: new HtdigestUserStore({ reader: htdigestFile(path), roles: { subscriber: ["zed", "old"] } }),
      algorithms,
    },
    listen: [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`],
    log: silent,
  });
}

afterEach(async () => {
  await container?.close();
  container = undefined;
  await stopEverything();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe("SIPp, which knows MD5 alone", () => {
  const credentials = { user: "old", username: "old", password: "secret" };

  it("registers after a challenge", async (context) => {
    needs(context, "sipp");
    await start(["MD5"]);
    const scenario = "uac-register-auth.xml";
    const result = await runSipp({ scenario, target: `127.0.0.1:${port}`, ...credentials });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    expect(seen).toEqual(["old registers"]);
  });

  it("is refused with a wrong password, and challenged again", async (context) => {
    needs(context, "sipp");
    await start(["MD5"]);
    const values = { outcome: "401" };
    const wrong = { ...credentials, password: "wrong" };
    const scenario = "uac-register-auth.xml";
    const result = await runSipp({ scenario, target: `127.0.0.1:${port}`, values, ...wrong });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    expect(seen).toEqual([]);
  });

  it("calls after a challenge of a proxy, and hangs up without another", async (context) => {
    needs(context, "sipp");
    await start(["MD5"]);
    const scenario = "uac-call-auth.xml";
    const result = await runSipp({ scenario, target: `127.0.0.1:${port}`, ...credentials });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    expect(seen).toEqual(["old calls", "old hangs up"]);
  });
});

describe("baresip", () => {
  it("registers", async (context) => {
    needs(context, "baresip");
    await start(["MD5"]);
    const outboundProxy = `sip:127.0.0.1:${port}`;
    await startBaresip({ user: "zed", domain: realm, password: "secret", register: 60, outboundProxy });
    expect(seen).toContain("zed registers");
  });
});

describe("a client that answers SHA-256", () => {
  it("registers", async () => {
    await start(["SHA-256", "MD5"]);
    const client = await Sha256Client.open(port);
    const challenge = await client.register();
    expect(challenge).toMatch(/^SIP\/2\.0 401/);
    expect(await client.register(challenge)).toMatch(/^SIP\/2\.0 200/);
    client.close();
    expect(seen).toEqual(["zed registers"]);
  });
});

/** Written after RFC 7616 without a line of the engine. */
class Sha256Client {
  readonly #socket = createSocket("udp4");
  readonly #port: number;
  #sequenceNumber = 0;

  private constructor(server: number) {
    this.#port = server;
  }

  static async open(server: number): Promise<Sha256Client> {
    const client = new Sha256Client(server);
    client.#socket.bind(0, "127.0.0.1");
    await once(client.#socket, "listening");
    return client;
  }

  async register(challenge?: string): Promise<string> {
    const here = `127.0.0.1:${this.#socket.address().port}`;
    this.#sequenceNumber += 1;
    const lines = [
      "REGISTER sip:localhost SIP/2.0",
      `Via: SIP/2.0/UDP ${here};branch=z9hG4bK-sha-${this.#sequenceNumber}`,
      "From: <sip:zed@localhost>;tag=1",
      "To: <sip:zed@localhost>",
      "Call-ID: sha256-client",
      `CSeq: ${this.#sequenceNumber} REGISTER`,
      `Contact: <sip:zed@${here}>`,
      "Max-Forwards: 70",
      ...(challenge === undefined ? [] : [this.#authorization(challenge)]),
      "Content-Length: 0",
    ];
    this.#socket.send(`${lines.join("\r\n")}\r\n\r\n`, this.#port, "127.0.0.1");
    const [bytes] = (await once(this.#socket, "message")) as [Buffer];
    return bytes.toString();
  }

  close(): void {
    this.#socket.close();
  }

  #authorization(challenge: string): string {
    const line = challenge.split("\r\n").find((each) => each.startsWith("WWW-Authenticate:")) ?? "";
    expect(line).toContain("algorithm=SHA-256");
    const nonce = /nonce="([^"]*)"/.exec(line)?.[1] ?? "";
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const response = hash(
      `${hash(`zed:${realm}:secret`)}:${nonce}:00000001:abc:auth:${hash("REGISTER:sip:localhost")}`,
    );
    const fixed = 'uri="sip:localhost", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="abc"';
    return `Authorization: Digest username="zed", realm="${realm}", nonce="${nonce}", response="${response}", ${fixed}`;
  }
}
