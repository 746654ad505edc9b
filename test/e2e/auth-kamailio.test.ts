import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  DigestClient,
  systemRandom,
  type DigestAuthorization,
  type DigestClientSession,
  type PasswordSecret,
} from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startKamailio, type Kamailio, type KamailioOptions } from "../counterparts/kamailio.js";
import { stopEverything } from "../counterparts/lifetimes.js";

interface Answer {
  readonly status: number;
  readonly challenges: readonly string[];
}

const register = { method: "REGISTER", uri: "sip:localhost" };

/** A registration made of one datagram after the other: what stands between is the part under test. */
class Registration {
  readonly #kamailio: Kamailio;
  readonly #socket = createSocket("udp4");
  readonly #callId = systemRandom.token(128);
  readonly #tag = systemRandom.token(64);
  #sequence = 0;

  constructor(kamailio: Kamailio) {
    this.#kamailio = kamailio;
  }

  async open(): Promise<void> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
  }

  close(): void {
    this.#socket.close();
  }

  async send(sent: DigestAuthorization): Promise<Answer> {
    this.#socket.send(this.#request(sent), this.#kamailio.port, this.#kamailio.host);
    const [bytes] = (await once(this.#socket, "message")) as [Buffer];
    const lines = bytes.toString("utf8").split("\r\n");
    const challenges = lines
      .filter((line) => line.startsWith("WWW-Authenticate:"))
      .map((line) => line.slice(17).trim());
    return { status: Number(lines[0]?.split(" ")[1]), challenges };
  }

  #request(sent: DigestAuthorization): string {
    const here = `127.0.0.1:${this.#socket.address().port}`;
    const lines = [
      `REGISTER ${register.uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${systemRandom.token(64)}`,
      `From: <sip:zed@localhost>;tag=${this.#tag}`,
      "To: <sip:zed@localhost>",
      `Call-ID: ${this.#callId}`,
      `CSeq: ${++this.#sequence} REGISTER`,
      `Contact: <sip:zed@${here}>`,
      "Max-Forwards: 70",
      ...sent.fields.map(({ name, value }) => `${name}: ${value}`),
      "Content-Length: 0",
    ];
    return `${lines.join("\r\n")}\r\n\r\n`;
  }
}

/** Registers once; tells the statuses that came and how it ended. */
async function course(registration: Registration, session: DigestClientSession): Promise<(number | string)[]> {
  const statuses: (number | string)[] = [];
  let sent = session.authorize(register);
  for (;;) {
    const { status, challenges } = await registration.send(sent);
    statuses.push(status);
    if (status !== 401) return statuses;
    const outcome = session.receiveChallenges({ wwwAuthenticate: challenges, proxyAuthenticate: [] }, register, sent);
    if (outcome.kind === "given-up") return [...statuses, outcome.reason];
    sent = outcome.authorization;
  }
}

describe("RFC 3261 §22.2 registration at Kamailio", () => {
  const opened: Registration[] = [];

  afterEach(async () => {
    for (const registration of opened.splice(0)) registration.close();
    await stopEverything();
  });

  async function start(options: KamailioOptions): Promise<Registration> {
    const registration = new Registration(await startKamailio(options));
    await registration.open();
    opened.push(registration);
    return registration;
  }

  function sessionOf(secret: PasswordSecret): DigestClientSession {
    const credentials = ({ realm }: { realm: string }) => (realm === "localhost" ? secret : undefined);
    return new DigestClient({ credentials }).createSession();
  }

  describe.each(["md5", "sha256"] as const)("with %s", (auth) => {
    it("is accepted after one challenge, and at once with the same nonce", async (context) => {
      needs(context, "kamailio");
      const registration = await start({ auth });
      const session = sessionOf({ username: "zed", password: "secret" });
      expect(await course(registration, session)).toEqual([401, 200]);
      expect(await course(registration, session)).toEqual([200]);
    });

    it("ends at a wrong password", async (context) => {
      needs(context, "kamailio");
      const registration = await start({ auth });
      const session = sessionOf({ username: "zed", password: "wrong" });
      expect(await course(registration, session)).toEqual([401, 401, "rejected"]);
    });
  });

  it("follows a nonce that grows stale", async (context) => {
    needs(context, "kamailio");
    const oneTime = ['modparam("auth", "nonce_count", 1)', 'modparam("auth", "qop", "auth")'];
    const registration = await start({ auth: "md5", parameters: [...oneTime, 'modparam("auth", "nonce_expire", 1)'] });
    const session = sessionOf({ username: "zed", password: "secret" });
    expect(await course(registration, session)).toEqual([401, 200]);
    await expect.poll(() => course(registration, session), { timeout: 5000, interval: 700 }).toEqual([401, 200]);
  });
});
