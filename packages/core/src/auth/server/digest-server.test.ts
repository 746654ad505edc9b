import { ManualClock, createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseDigestInfo } from "../digest/digest-info.js";
import { hashOf, parseDigestAlgorithm } from "../digest/digest-algorithm.js";
import { selectDigestChallenges, type DigestChallenge } from "../digest/digest-challenge.js";
import { computeDigestResponse, computeHa1, computeUserhash } from "../digest/digest-computation.js";
import { serializeDigestCredentials, type DigestCredentials } from "../digest/digest-credentials.js";
import { MemoryUserStore } from "../users/memory-user-store.js";
import type { UserStore } from "../users/user-store.js";
import { DigestAcceptance } from "./digest-acceptance.js";
import type { DigestServerOptions } from "./digest-server-options.js";
import { DigestServer, type AuthenticatedRequest } from "./digest-server.js";
import type { DigestVerdict } from "./digest-verdict.js";
import { NonceIssuer } from "./nonce-issuer.js";

const realm = "biloxi.example.com";
const uri = "sip:biloxi.example.com";
const bob = { username: "bob", password: "zanzibar" };

interface Setting {
  readonly server: DigestServer;
  readonly clock: ManualClock;
}

function serverWith(options: Partial<DigestServerOptions> = {}): Setting {
  const clock = new ManualClock(1_000_000);
  const random = createSeededRandom();
  const users = new MemoryUserStore([bob]);
  return {
    clock,
    server: new DigestServer({ realm, users, clock, random, algorithms: ["SHA-256", "MD5"], ...options }),
  };
}

function challengeOf(server: DigestServer, index = 0): DigestChallenge {
  const challenge = selectDigestChallenges(server.createChallenge().values)[index];
  if (challenge === undefined) throw new TypeError("the server gave no such challenge");
  return challenge;
}

interface Answer extends Partial<DigestCredentials> {
  readonly password?: string;
  readonly method?: string;
  readonly body?: Uint8Array;
}

/** The credentials a right client would send, but for what the test changes. */
function answer(challenge: DigestChallenge, changes: Answer = {}): string {
  const { password = bob.password, method = "REGISTER", body, ...fields } = changes;
  const base = { username: "bob", realm: challenge.realm, nonce: challenge.nonce, uri, algorithm: challenge.algorithm };
  const counted = { qop: "auth", nc: "00000001", cnonce: "0a4f113b", opaque: challenge.opaque, userhash: false };
  const credentials = { ...base, ...counted, ...fields };
  const algorithm = parseDigestAlgorithm(credentials.algorithm) ?? "MD5";
  const ha1 = computeHa1(hashOf(algorithm), bob.username, credentials.realm, password);
  const response = computeDigestResponse(ha1, { ...credentials, algorithm, method, body });
  return serializeDigestCredentials({ response, ...credentials });
}

/** What query builders of database libraries are: no `Promise`, but something to wait for. */
function lazily<T>(value: T): PromiseLike<T> {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line unicorn/no-thenable -- it is what the test is about
  return { then: promise.then.bind(promise) };
}

function verify(server: DigestServer, request: Partial<AuthenticatedRequest> = {}): DigestVerdict {
  const verdict = server.verify({ method: "REGISTER", uri, credentials: [], ...request });
  if (verdict instanceof Promise) throw new TypeError("the verdict had to wait");
  return verdict;
}

function check(server: DigestServer, credentials: string, request: Partial<AuthenticatedRequest> = {}): DigestVerdict {
  return verify(server, { credentials: [credentials], ...request });
}

describe("RFC 3261 §22.2 DigestServer", () => {
  describe("without credentials", () => {
    it("challenges with one field for each algorithm, best first", () => {
      const { server } = serverWith({ algorithms: ["SHA-512-256", "SHA-256", "MD5"] });
      const verdict = verify(server);
      expect(verdict).toMatchObject({ kind: "challenge", statusCode: 401, name: "WWW-Authenticate", stale: false });
      expect(verdict).toMatchObject({ reason: "no-credentials" });
      const challenges = selectDigestChallenges(verdict.kind === "challenge" ? verdict.values : []);
      expect(challenges.map(({ algorithm }) => algorithm)).toEqual(["SHA-512-256", "SHA-256", "MD5"]);
      expect(challenges.every((one) => one.realm === realm && one.qop?.[0] === "auth" && one.opaque)).toBe(true);
    });

    it("offers SHA-256 alone unless told otherwise", () => {
      const { server } = serverWith({ algorithms: undefined });
      expect(server.createChallenge().values).toHaveLength(1);
      expect(challengeOf(server).algorithm).toBe("SHA-256");
    });

    it("says 407 as a proxy", () => {
      const { server } = serverWith({ role: "proxy" });
      expect(verify(server)).toMatchObject({ statusCode: 407, name: "Proxy-Authenticate" });
    });

    it("never challenges ACK and CANCEL", () => {
      const { server } = serverWith();
      expect(verify(server, { method: "ACK" })).toEqual({ kind: "exempt" });
      expect(verify(server, { method: "CANCEL" })).toEqual({ kind: "exempt" });
    });

    it("passes over other schemes and other realms", () => {
      const { server } = serverWith();
      const other = answer({ ...challengeOf(server), realm: "atlanta.example.com" });
      const upper = answer({ ...challengeOf(server), realm: realm.toUpperCase() });
      const credentials = ["NoOneKnowsThisScheme opaque-data=here", "Basic Ym9iOnphbnppYmFy", other, upper];
      expect(verify(server, { credentials })).toMatchObject({ kind: "challenge", reason: "no-credentials" });
    });

    it("puts a fresh nonce into every challenge", () => {
      const { server } = serverWith();
      expect(challengeOf(server).nonce).not.toBe(challengeOf(server).nonce);
    });
  });

  describe("with right credentials", () => {
    it.each(["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"] as const)(
      "accepts %s",
      (algorithm) => {
        const { server } = serverWith({ algorithms: [algorithm] });
        const verdict = check(server, answer(challengeOf(server)));
        expect(verdict).toMatchObject({ kind: "accepted", username: "bob", realm, algorithm });
      },
    );

    it("tells the roles of the user", () => {
      const users = new MemoryUserStore([{ ...bob, roles: ["staff"] }]);
      const { server } = serverWith({ users });
      expect(check(server, answer(challengeOf(server)))).toMatchObject({ kind: "accepted", roles: ["staff"] });
    });

    it("accepts a stored HA1", () => {
      const ha1 = { MD5: computeHa1("MD5", "bob", realm, "zanzibar").toUpperCase() };
      const { server } = serverWith({ users: new MemoryUserStore([{ username: "bob", realm, ha1 }]) });
      expect(check(server, answer(challengeOf(server, 1))).kind).toBe("accepted");
      expect(check(server, answer(challengeOf(server, 0)))).toMatchObject({
        kind: "challenge",
        reason: "secret-missing",
      });
    });

    it("accepts quoted and upper-case tokens and credentials without opaque and algorithm", () => {
      const { server } = serverWith();
      const challenge = challengeOf(server, 1);
      const loose = answer(challenge, { algorithm: undefined, opaque: undefined }).replace("qop=auth", 'QOP="auth"');
      expect(check(server, loose.replace("Digest", "digest")).kind).toBe("accepted");
    });

    it("hashes the body's octets for auth-int, whether offered or not", () => {
      const { server } = serverWith();
      const body = Buffer.from("AP/+DQoAgGE=", "base64");
      const credentials = answer(challengeOf(server), { qop: "auth-int", body });
      expect(check(server, credentials, { body: Buffer.from("other") })).toMatchObject({ reason: "wrong-credentials" });
      expect(check(server, credentials, { body }).kind).toBe("accepted");
    });

    it("finds its own among several credentials of its realm", () => {
      const { server } = serverWith();
      const foreign = answer(challengeOf(serverWith({ random: createSeededRandom(2) }).server));
      const own = answer(challengeOf(server));
      expect(verify(server, { credentials: [foreign, "Digest broken", own] }).kind).toBe("accepted");
    });

    it("waits for a store that has to wait, of whatever promise", async () => {
      const later: UserStore = { find: () => Promise.resolve(bob) };
      const lazy: UserStore = { find: () => lazily(bob) };
      for (const users of [later, lazy]) {
        const { server } = serverWith({ users });
        const verdict = server.verify({ method: "REGISTER", uri, credentials: [answer(challengeOf(server))] });
        expect(verdict).toBeInstanceOf(Promise);
        expect(await verdict).toMatchObject({ kind: "accepted" });
      }
    });
  });

  describe("with wrong credentials", () => {
    it.each([
      ["a wrong password", { password: "tanganyika" }, "wrong-credentials"],
      ["an unknown user", { username: "carol" }, "unknown-user"],
      ["another method in the hash", { method: "INVITE" }, "wrong-credentials"],
      ["a response that is no hash", { response: "zz" }, "wrong-credentials"],
      ["an invented response", { response: "b".repeat(64) }, "wrong-credentials"],
      ["an algorithm that was not offered", { algorithm: "SHA-512-256" }, "algorithm-not-offered"],
      ["an unknown algorithm", { algorithm: "SHA3-512" }, "algorithm-not-offered"],
      ["a hashed name that was not offered", { userhash: true }, "unknown-user"],
      ["no qop", { qop: undefined }, "qop-not-offered"],
    ] as const)("challenges anew after %s, and not as stale", (_, changes, reason) => {
      const { server } = serverWith();
      const verdict = check(server, answer(challengeOf(server), changes));
      expect(verdict).toMatchObject({ kind: "challenge", statusCode: 401, stale: false, reason });
      expect(selectDigestChallenges(verdict.kind === "challenge" ? verdict.values : []).some((one) => one.stale)).toBe(
        false,
      );
    });

    it("shows the peer no difference between a wrong password and an unknown user", () => {
      const { server } = serverWith({ random: createSeededRandom(3) });
      const values = [{ password: "x" }, { username: "carol" }].map((changes) => {
        const verdict = check(server, answer(challengeOf(server), changes));
        return verdict.kind === "challenge" ? verdict.values.map((value) => value.replace(/nonce="[^"]*"/, "")) : [];
      });
      expect(values[0]).toEqual(values[1]);
    });

    it("wants auth-int where nothing less was offered", () => {
      const { server } = serverWith({ qop: ["auth-int"] });
      expect(check(server, answer(challengeOf(server)))).toMatchObject({ reason: "qop-not-offered" });
      expect(check(server, answer(challengeOf(server), { qop: "auth-int" })).kind).toBe("accepted");
    });
  });

  describe("with malformed credentials", () => {
    it.each([
      ["a missing response", (text: string) => text.replace("response", "answer")],
      ["an nc of one digit", (text: string) => text.replace("00000001", "1")],
      ["qop without cnonce", (text: string) => text.replace("cnonce", "once")],
      ["an unknown qop", (text: string) => text.replace("qop=auth", "qop=auth-conf")],
      ["an open quote", (text: string) => text.slice(0, -1)],
    ])("answers 400 to %s", (_, spoil) => {
      const { server } = serverWith();
      expect(check(server, spoil(answer(challengeOf(server))))).toMatchObject({
        kind: "rejected",
        statusCode: 400,
        reason: "malformed",
      });
    });

    it("leaves malformed ones of other realms to others", () => {
      const { server } = serverWith({ role: "proxy" });
      expect(check(server, 'Digest realm="atlanta.example.com", nonce=')).toMatchObject({ kind: "challenge" });
    });
  });

  describe("with a nonce that will not do", () => {
    it("calls an expired one stale if the secret is right", () => {
      const { server, clock } = serverWith();
      const challenge = challengeOf(server);
      clock.advance(300_000);
      const verdict = check(server, answer(challenge));
      expect(verdict).toMatchObject({ kind: "challenge", stale: true, reason: "stale-nonce" });
      expect(verdict.kind === "challenge" && verdict.values[0]).toContain("stale=true");
      expect(check(server, answer(challenge, { password: "x" }))).toMatchObject({ stale: false });
    });

    it("calls one of an earlier life stale if the secret is right", () => {
      const { server } = serverWith();
      const challenge = { ...challengeOf(server), nonce: "ea9c8e88df84f1cec4341ae6cbe5a359" };
      expect(check(server, answer(challenge))).toMatchObject({ stale: true, reason: "stale-nonce" });
      expect(check(server, answer(challenge, { password: "x" }))).toMatchObject({ stale: false });
    });

    it("calls a replay stale and counts on", () => {
      const { server } = serverWith();
      const challenge = challengeOf(server);
      expect(check(server, answer(challenge)).kind).toBe("accepted");
      expect(check(server, answer(challenge))).toMatchObject({ stale: true, reason: "replayed-nonce" });
      expect(check(server, answer(challenge, { nc: "00000003" })).kind).toBe("accepted");
      expect(check(server, answer(challenge, { nc: "00000002" }))).toMatchObject({ reason: "replayed-nonce" });
      expect(check(server, answer(challenge, { nc: "0000000A" })).kind).toBe("accepted");
    });

    it("does not let a wrong guess use up a count", () => {
      const { server } = serverWith();
      const challenge = challengeOf(server);
      check(server, answer(challenge, { password: "x", nc: "00000009" }));
      expect(check(server, answer(challenge)).kind).toBe("accepted");
    });

    it("knows a nonce bound to its source only from there", () => {
      const { server } = serverWith();
      const binding = "192.0.2.201";
      const [challenge] = selectDigestChallenges(server.createChallenge({ binding }).values);
      const credentials = challenge === undefined ? "" : answer(challenge);
      expect(check(server, credentials, { binding: "192.0.2.202" })).toMatchObject({ reason: "stale-nonce" });
      expect(check(server, credentials, { binding }).kind).toBe("accepted");
    });

    it("does not know the nonce of another realm with the same keys", () => {
      const nonces = new NonceIssuer({ clock: new ManualClock(1_000_000) });
      const { server } = serverWith({ nonces });
      const other = challengeOf(serverWith({ nonces, realm: "atlanta.example.com" }).server);
      expect(check(server, answer({ ...other, realm }))).toMatchObject({ reason: "stale-nonce" });
    });
  });

  describe("without qop, as in RFC 2069", () => {
    it("accepts by option, once for each nonce", () => {
      const { server } = serverWith({ acceptWithoutQop: true });
      const challenge = challengeOf(server, 1);
      const old = { qop: undefined, nc: undefined, cnonce: undefined };
      expect(check(server, answer(challenge, old)).kind).toBe("accepted");
      expect(check(server, answer(challenge, old))).toMatchObject({ stale: true, reason: "replayed-nonce" });
    });

    it("does not for -sess, which needs the cnonce", () => {
      const { server } = serverWith({ acceptWithoutQop: true, algorithms: ["MD5-sess"] });
      const credentials = answer(challengeOf(server), { qop: undefined, nc: undefined, cnonce: undefined });
      expect(check(server, credentials)).toMatchObject({ reason: "qop-not-offered" });
    });
  });

  describe("with a uri that is not the Request-URI", () => {
    it("takes what a proxy may have changed and refuses the rest with 400", () => {
      const { server } = serverWith();
      const credentials = answer(challengeOf(server), { uri: "sip:bob@biloxi.example.com", method: "INVITE" });
      const request = { method: "INVITE", uri: "sip:carol@chicago.example.com" };
      expect(check(server, credentials, request)).toMatchObject({ statusCode: 400, reason: "uri-mismatch" });
      expect(check(server, credentials, { method: "INVITE", uri: "sip:bob@192.0.2.4" }).kind).toBe("accepted");
    });

    it("asks the policy it was given", () => {
      const { server } = serverWith({ uriPolicy: (claimed, actual) => claimed === uri && actual === "sip:other" });
      const challenge = challengeOf(server);
      expect(check(server, answer(challenge), { uri: "sip:other" }).kind).toBe("accepted");
      expect(check(server, answer(challenge))).toMatchObject({ reason: "uri-mismatch" });
    });
  });

  describe("with hashed user names", () => {
    it("finds the user and tells the real name", () => {
      const { server } = serverWith({ userhash: true });
      const challenge = challengeOf(server);
      expect(challenge).toMatchObject({ userhash: true, charset: "UTF-8" });
      const username = computeUserhash("SHA-256", "bob", realm);
      expect(check(server, answer(challenge, { username, userhash: true }))).toMatchObject({ username: "bob" });
      expect(check(server, answer(challenge, { nc: "00000002" }))).toMatchObject({ kind: "accepted", username: "bob" });
    });

    it("refuses to start with a store that cannot find by them", () => {
      const users = { find: () => undefined };
      expect(() => serverWith({ userhash: true, users })).toThrow(/findByUserhash/);
    });
  });

  describe("with a guard", () => {
    it("counts failures and successes, not stale nonces, and shuts out", () => {
      const seen: string[] = [];
      let isOpen = true;
      const guard = {
        allows: () => isOpen,
        onFailed: ({ username, source }: { username: string; source?: string }) =>
          seen.push(`failed ${username} ${source}`),
        onAccepted: ({ username }: { username: string }) => seen.push(`accepted ${username}`),
      };
      const { server } = serverWith({ guard });
      const challenge = challengeOf(server);
      check(server, answer(challenge, { password: "x" }), { source: "192.0.2.1" });
      check(server, answer(challenge, { username: "carol" }));
      check(server, answer(challenge));
      check(server, answer(challenge));
      expect(seen).toEqual(["failed bob 192.0.2.1", "failed carol undefined", "accepted bob"]);
      isOpen = false;
      const verdict = check(server, answer(challenge, { nc: "00000002" }));
      expect(verdict).toMatchObject({ kind: "rejected", statusCode: 403, reason: "blocked" });
    });

    it("contains one that throws", () => {
      const errors: string[] = [];
      const log = { debug() {}, info() {}, warn() {}, error: (_: unknown, text: string) => void errors.push(text) };
      const fault = (): never => {
        throw new TypeError("counter broken");
      };
      const { server } = serverWith({ guard: { allows: fault, onAccepted: fault }, log });
      expect(check(server, answer(challengeOf(server))).kind).toBe("accepted");
      expect(errors).toHaveLength(2);
    });
  });

  describe("with a store or register that fails", () => {
    it("answers 500, waiting or not", async () => {
      const stores: UserStore[] = [
        { find: () => Promise.reject(new TypeError("down")) },
        {
          find: () => {
            throw new TypeError("down");
          },
        },
      ];
      for (const users of stores) {
        const { server } = serverWith({ users });
        const verdict = await server.verify({ method: "REGISTER", uri, credentials: [answer(challengeOf(server))] });
        expect(verdict).toMatchObject({ kind: "rejected", statusCode: 500, reason: "store-failed" });
      }
      const { server } = serverWith({ register: { admit: () => Promise.reject(new TypeError("down")) } });
      const verdict = await server.verify({ method: "REGISTER", uri, credentials: [answer(challengeOf(server))] });
      expect(verdict).toMatchObject({ statusCode: 500 });
    });
  });

  describe("after acceptance", () => {
    it("proves itself and hands over the next nonce", () => {
      const { server } = serverWith();
      const accepted = check(server, answer(challengeOf(server)));
      if (!(accepted instanceof DigestAcceptance)) throw new TypeError(`the verdict was ${accepted.kind}`);
      const info = parseDigestInfo(server.createInfo(accepted, { nextnonce: true }));
      expect(info).toMatchObject({ qop: "auth", cnonce: "0a4f113b", nc: "00000001" });
      expect(info?.rspauth).toHaveLength(64);
      expect(check(server, answer({ ...challengeOf(server), nonce: info?.nextnonce ?? "" })).kind).toBe("accepted");
    });

    it("keeps the secret to itself", () => {
      const { server } = serverWith();
      const accepted = check(server, answer(challengeOf(server)));
      const ha1 = computeHa1("SHA-256", "bob", realm, "zanzibar");
      expect(JSON.stringify(accepted)).not.toContain(ha1);
    });
  });

  describe("as configured", () => {
    it("refuses to start without algorithm or qop", () => {
      expect(() => serverWith({ algorithms: [] })).toThrow(/algorithm/);
      expect(() => serverWith({ qop: [] })).toThrow(/qop/);
    });
  });
});
