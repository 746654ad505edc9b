import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { hashOf, parseDigestAlgorithm } from "../digest/digest-algorithm.js";
import { computeDigestResponse, computeHa1, computeRspauth, computeUserhash } from "../digest/digest-computation.js";
import type { ChallengeOutcome } from "./challenge-outcome.js";
import type { CredentialsQuery } from "./credentials-lookup.js";
import type { DigestAuthorization } from "./digest-authorization.js";
import type { DigestClientSnapshot } from "./digest-client-session.js";
import { DigestClient, type DigestClientOptions } from "./digest-client.js";

const bob = { username: "bob", password: "zanzibar" };
const register = { method: "REGISTER", uri: "sip:biloxi.example.com" };
const invite = { method: "INVITE", uri: "sip:alice@atlanta.example.com" };

function clientWith(options: Partial<DigestClientOptions> = {}): DigestClient {
  return new DigestClient({ credentials: () => bob, random: createSeededRandom(), ...options });
}

function challenge(parameters = "", realm = "biloxi.example.com", nonce = "ea9c8e88"): string {
  return `Digest realm="${realm}", nonce="${nonce}", qop="auth"${parameters}`;
}

function from401(...wwwAuthenticate: string[]) {
  return { wwwAuthenticate, proxyAuthenticate: [] };
}

function from407(...proxyAuthenticate: string[]) {
  return { wwwAuthenticate: [], proxyAuthenticate };
}

function retryOf(outcome: ChallengeOutcome): DigestAuthorization {
  if (outcome.kind !== "retry") throw new TypeError(`gave up: ${outcome.reason}`);
  return outcome.authorization;
}

/** Tells whether each field carries the response that its own parameters call for. */
function isRight(sent: DigestAuthorization, method: string, body?: Uint8Array): boolean {
  return sent.fields.every(({ credentials }) => {
    const algorithm = parseDigestAlgorithm(credentials.algorithm) ?? "MD5";
    const ha1 = computeHa1(hashOf(algorithm), bob.username, credentials.realm, bob.password);
    return computeDigestResponse(ha1, { ...credentials, algorithm, method, body }) === credentials.response;
  });
}

describe("RFC 3261 §22.2 DigestClientSession", () => {
  describe("before any challenge", () => {
    it("sends no credentials", () => {
      expect(clientWith().createSession().authorize(register)).toEqual({ fields: [], retries: 0 });
    });
  });

  describe("when challenged", () => {
    it("answers 401 by Authorization and 407 by Proxy-Authorization", () => {
      const session = clientWith().createSession();
      const [field] = retryOf(session.receiveChallenges(from401(challenge(', opaque="5ccc"')), register)).fields;
      expect(field?.name).toBe("Authorization");
      expect(field?.value).toContain('username="bob", realm="biloxi.example.com", nonce="ea9c8e88"');
      expect(field?.value).toContain('uri="sip:biloxi.example.com", opaque="5ccc", qop=auth, nc=00000001');
      const outcome = clientWith().createSession().receiveChallenges(from407(challenge()), invite);
      expect(retryOf(outcome).fields[0]?.name).toBe("Proxy-Authorization");
    });

    it.each(["MD5", "md5", "SHA-256", "SHA-512-256", "SHA-256-sess", undefined])(
      "computes the response of %s",
      (name) => {
        const parameters = name === undefined ? "" : `, algorithm=${name}`;
        const sent = retryOf(
          clientWith()
            .createSession()
            .receiveChallenges(from401(challenge(parameters)), register),
        );
        expect(sent.fields[0]?.credentials.algorithm).toBe(name);
        expect(isRight(sent, "REGISTER")).toBe(true);
      },
    );

    it("answers without qop as RFC 2069 did, if the challenge has none", () => {
      const outcome = clientWith().createSession().receiveChallenges(from401('Digest realm="r", nonce="n"'), register);
      const sent = retryOf(outcome);
      expect(sent.fields[0]?.value).not.toMatch(/qop|nc=|cnonce/);
      expect(isRight(sent, "REGISTER")).toBe(true);
    });

    it("hashes the octets of the body where only auth-int is offered, or where it is preferred", () => {
      const body = Buffer.from("AP/+DQoAgGE=", "base64");
      const message = { method: "MESSAGE", uri: "sip:alice@atlanta.example.com", body };
      const only = challenge().replace('"auth"', '"auth-int"');
      const both = challenge().replace('"auth"', '"auth,auth-int"');
      const sent = [
        retryOf(clientWith().createSession().receiveChallenges(from401(only), message)),
        retryOf(clientWith().createSession().receiveChallenges(from401(both), message)),
        retryOf(clientWith({ preferIntegrity: true }).createSession().receiveChallenges(from401(both), message)),
      ];
      expect(sent.map(({ fields }) => fields[0]?.credentials.qop)).toEqual(["auth-int", "auth", "auth-int"]);
      expect(sent.every((one) => isRight(one, "MESSAGE", body))).toBe(true);
    });

    it("hides the user name where the server understands it", () => {
      const outcome = clientWith()
        .createSession()
        .receiveChallenges(from401(challenge(", userhash=TRUE")), register);
      const username = computeUserhash("MD5", "bob", "biloxi.example.com");
      expect(retryOf(outcome).fields[0]?.credentials).toMatchObject({ username, userhash: true });
    });

    it("answers from a stored HA1", () => {
      const ha1 = { MD5: computeHa1("MD5", "bob", "biloxi.example.com", "zanzibar") };
      const session = clientWith({ credentials: () => ({ username: "bob", ha1 }) }).createSession();
      const received = from401(challenge(", algorithm=SHA-256"), challenge(", algorithm=MD5", undefined, "second"));
      const sent = retryOf(session.receiveChallenges(received, register));
      expect(sent.fields).toHaveLength(1);
      expect(sent.fields[0]?.credentials.nonce).toBe("second");
      expect(isRight(sent, "REGISTER")).toBe(true);
    });

    it("tells the lookup who asks, and for what", () => {
      const queries: CredentialsQuery[] = [];
      const client = clientWith({ credentials: (query) => void queries.push(query) });
      client.createSession().receiveChallenges(from407(challenge()), { ...invite, target: "trunk-1" });
      expect(queries).toEqual([{ realm: "biloxi.example.com", role: "proxy", uri: invite.uri, target: "trunk-1" }]);
    });

    it("takes challenges that were joined, in the order they stand", () => {
      const joined = `${challenge(", algorithm=SHA3-512")}, ${challenge(", algorithm=SHA-256")}, ${challenge()}`;
      const sent = retryOf(clientWith().createSession().receiveChallenges(from401(joined), register));
      expect(sent.fields.map(({ algorithm }) => algorithm)).toEqual(["SHA-256"]);
    });
  });

  describe("when several realms challenge", () => {
    const received = {
      wwwAuthenticate: [challenge("", "atlanta.example.com", "u1")],
      proxyAuthenticate: [challenge("", "p1.example.com", "a"), challenge("", "p2.example.com", "b")],
    };

    it("answers all at once", () => {
      const sent = retryOf(clientWith().createSession().receiveChallenges(received, invite));
      expect(sent.fields.map(({ name, credentials }) => `${name} ${credentials.realm}`)).toEqual([
        "Authorization atlanta.example.com",
        "Proxy-Authorization p1.example.com",
        "Proxy-Authorization p2.example.com",
      ]);
      expect(isRight(sent, "INVITE")).toBe(true);
    });

    it("keeps the credentials of the first proxy when the second asks", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from407(challenge("", "p1.example.com", "a")), invite));
      const second = retryOf(session.receiveChallenges(from407(challenge("", "p2.example.com", "b")), invite, first));
      expect(second.fields.map(({ credentials }) => [credentials.realm, credentials.nc])).toEqual([
        ["p1.example.com", "00000002"],
        ["p2.example.com", "00000001"],
      ]);
    });

    it("answers those it can and tells of the others", () => {
      const session = clientWith({
        credentials: ({ realm }) => (realm === "p1.example.com" ? bob : undefined),
      }).createSession();
      const outcome = session.receiveChallenges(received, invite);
      expect(retryOf(outcome).fields).toHaveLength(1);
      expect(outcome.unanswered).toEqual([
        { role: "user-agent", realm: "atlanta.example.com", reason: "no-credentials" },
        { role: "proxy", realm: "p2.example.com", reason: "no-credentials" },
      ]);
    });

    it("keeps a realm of user agents and one of proxies apart", () => {
      const same = { wwwAuthenticate: [challenge("", "r", "1")], proxyAuthenticate: [challenge("", "r", "2")] };
      const sent = retryOf(clientWith().createSession().receiveChallenges(same, invite));
      expect(sent.fields.map(({ name, credentials }) => [name, credentials.nonce])).toEqual([
        ["Authorization", "1"],
        ["Proxy-Authorization", "2"],
      ]);
    });

    it("does not mix realms that differ in case", () => {
      const outcome = clientWith()
        .createSession()
        .receiveChallenges(from401(challenge("", "R"), challenge("", "r")), invite);
      expect(retryOf(outcome).fields).toHaveLength(2);
    });
  });

  describe("on later requests", () => {
    it("sends credentials ahead with a rising nonce count and a new cnonce", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from401(challenge()), register)).fields[0]?.credentials;
      const sent = session.authorize(register);
      const second = sent.fields[0]?.credentials;
      expect([first?.nc, second?.nc]).toEqual(["00000001", "00000002"]);
      expect(second?.cnonce).not.toBe(first?.cnonce);
      expect(isRight(sent, "REGISTER")).toBe(true);
      for (let count = 3; count < 16; count++) session.authorize(register);
      expect(session.authorize(register).fields[0]?.credentials.nc).toBe("00000010");
    });

    it("keeps the cnonce of a -sess algorithm as long as the nonce", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from401(challenge(", algorithm=MD5-sess")), register));
      const second = session.authorize(register);
      expect(second.fields[0]?.credentials.cnonce).toBe(first.fields[0]?.credentials.cnonce);
      expect(isRight(second, "REGISTER")).toBe(true);
    });

    it("sends none with ACK and CANCEL", () => {
      const session = clientWith().createSession();
      session.receiveChallenges(from407(challenge()), invite);
      expect(session.authorize({ ...invite, method: "ACK" }).fields).toEqual([]);
      expect(session.authorize({ ...invite, method: "CANCEL" }).fields).toEqual([]);
    });

    it("counts anew with a new nonce", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from401(challenge()), register));
      const stale = challenge(", stale=TRUE", undefined, "new");
      const second = retryOf(session.receiveChallenges(from401(stale), register, first));
      expect(second.fields[0]?.credentials).toMatchObject({ nonce: "new", nc: "00000001" });
    });

    it("answers a challenge to credentials sent ahead, stale or not", () => {
      const session = clientWith().createSession();
      session.receiveChallenges(from401(challenge()), register);
      const ahead = session.authorize(register);
      expect(session.receiveChallenges(from401(challenge("", undefined, "new")), register, ahead).kind).toBe("retry");
    });

    it("forgets when told to", () => {
      const session = clientWith().createSession();
      session.receiveChallenges(from401(challenge()), register);
      session.clear();
      expect(session.authorize(register).fields).toEqual([]);
    });
  });

  describe("when the answer is refused", () => {
    it("gives up and forgets the realm", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from401(challenge()), register));
      const outcome = session.receiveChallenges(from401(challenge("", undefined, "new")), register, first);
      expect(outcome).toMatchObject({ kind: "given-up", reason: "rejected" });
      expect(session.authorize(register).fields).toEqual([]);
    });

    it("gives up when every nonce is stale", () => {
      const session = clientWith().createSession();
      let sent: DigestAuthorization | undefined;
      let retries = 0;
      for (; retries < 100; retries++) {
        const stale = challenge(", stale=true", undefined, `n${retries}`);
        const outcome = session.receiveChallenges(from401(stale), register, sent);
        if (outcome.kind === "given-up") break;
        sent = outcome.authorization;
      }
      expect(retries).toBe(2);
    });

    it("gives up when ever new realms ask", () => {
      const session = clientWith().createSession();
      let sent: DigestAuthorization | undefined;
      const outcomes = Array.from({ length: 10 }, (_, index) => {
        const outcome = session.receiveChallenges(from407(challenge("", `r${index}`)), invite, sent);
        if (outcome.kind === "retry") sent = outcome.authorization;
        return outcome.kind === "retry" ? "retry" : outcome.reason;
      });
      expect(outcomes).toEqual([...Array<string>(8).fill("retry"), "too-many-retries", "too-many-retries"]);
    });

    it("goes on for another realm without the refused credentials", () => {
      const session = clientWith().createSession();
      const first = retryOf(session.receiveChallenges(from407(challenge("", "p1.example.com")), invite));
      const received = from407(challenge("", "p1.example.com", "x"), challenge("", "p2.example.com"));
      const outcome = session.receiveChallenges(received, invite, first);
      expect(retryOf(outcome).fields.map(({ credentials }) => credentials.realm)).toEqual(["p2.example.com"]);
      expect(outcome.unanswered).toEqual([{ role: "proxy", realm: "p1.example.com", reason: "rejected" }]);
    });
  });

  describe("when nothing can be answered", () => {
    it.each([
      ["no challenge at all", [], "no-challenge"],
      ["only Basic", ['Basic realm="r"'], "unsupported"],
      ["only malformed ones", ['Digest realm="r'], "unsupported"],
      [
        "only unknown algorithms",
        [challenge(", algorithm=SHA3-512"), challenge(", algorithm=AKAv1-MD5")],
        "unsupported",
      ],
      ["only unknown qop", [challenge().replace('"auth"', '"foo"')], "unsupported"],
      ["-sess without qop", ['Digest realm="r", nonce="n", algorithm=MD5-sess'], "unsupported"],
    ])("gives up on %s", (_, wwwAuthenticate, reason) => {
      const outcome = clientWith()
        .createSession()
        .receiveChallenges({ wwwAuthenticate, proxyAuthenticate: [] }, register);
      expect(outcome).toMatchObject({ kind: "given-up", reason });
    });

    it("gives up without credentials", () => {
      const session = clientWith({ credentials: () => undefined }).createSession();
      expect(session.receiveChallenges(from401(challenge()), register)).toMatchObject({ reason: "no-credentials" });
    });

    it("gives up on an algorithm it was told not to use", () => {
      const session = clientWith({ algorithms: ["SHA-256"] }).createSession();
      expect(session.receiveChallenges(from401(challenge(", algorithm=MD5")), register)).toMatchObject({
        reason: "unsupported",
      });
    });

    it("refuses a user name that would break the header", () => {
      const client = clientWith({ credentials: () => ({ username: "bob\r\nX: y", password: "" }) });
      expect(() => client.createSession().receiveChallenges(from401(challenge()), register)).toThrow(/line end/);
    });
  });

  describe("RFC 7616 §3.5 when the server tells of itself", () => {
    function sentBy(session: ReturnType<DigestClient["createSession"]>): DigestAuthorization {
      return retryOf(session.receiveChallenges(from401(challenge()), register));
    }

    function infoFor(sent: DigestAuthorization, password = "zanzibar", extra = ""): string {
      const { uri, nonce, nc, cnonce, qop } = sent.fields[0]?.credentials ?? { uri: "", nonce: "" };
      const ha1 = computeHa1("MD5", "bob", "biloxi.example.com", password);
      const rspauth = computeRspauth(ha1, { algorithm: "MD5", method: "", uri, nonce, nc, cnonce, qop });
      return `qop=auth, rspauth="${rspauth}", cnonce="${cnonce}", nc=${nc}${extra}`;
    }

    it("uses the next nonce, counting anew", () => {
      const session = clientWith().createSession();
      const sent = sentBy(session);
      expect(session.receiveInfo({ text: 'nextnonce="next"' }, register, sent)).toBe("absent");
      expect(session.authorize(register).fields[0]?.credentials).toMatchObject({ nonce: "next", nc: "00000001" });
    });

    it("checks that the server knows the secret", () => {
      const session = clientWith().createSession();
      const sent = sentBy(session);
      expect(session.receiveInfo({ text: infoFor(sent) }, register, sent)).toBe("proven");
      expect(session.receiveInfo({ text: infoFor(sent, "x", ', nextnonce="evil"') }, register, sent)).toBe("wrong");
      expect(session.authorize(register).fields[0]?.credentials.nonce).toBe("ea9c8e88");
    });

    it("ignores what it cannot read or did not ask", () => {
      const session = clientWith().createSession();
      const sent = sentBy(session);
      for (const text of ['nextnonce="', 'nextnonce="n", cnonce="of somebody else"', ""]) {
        expect(session.receiveInfo({ text }, register, sent)).toBe("absent");
      }
      expect(session.authorize(register).fields[0]?.credentials.nonce).toBe("ea9c8e88");
    });

    it("ignores a next nonce that a newer challenge has overtaken", () => {
      const session = clientWith().createSession();
      const sent = sentBy(session);
      session.receiveChallenges(from401(challenge(", stale=true", undefined, "newer")), register, sent);
      session.receiveInfo({ text: 'nextnonce="older"' }, register, sent);
      expect(session.authorize(register).fields[0]?.credentials.nonce).toBe("newer");
    });
  });

  describe("as snapshot", () => {
    it("goes on counting where it was, through JSON and without secrets", () => {
      const client = clientWith();
      const session = client.createSession();
      session.receiveChallenges(from401(challenge(", algorithm=SHA-256-sess")), register);
      const text = JSON.stringify(session.snapshot());
      expect(text).not.toContain("zanzibar");
      expect(text).not.toContain(computeHa1("SHA-256", "bob", "biloxi.example.com", "zanzibar"));
      const sent = client.createSession(JSON.parse(text) as DigestClientSnapshot).authorize(register);
      expect(sent.fields[0]?.credentials.nc).toBe("00000002");
      expect(isRight(sent, "REGISTER")).toBe(true);
    });

    it("refuses a version it does not know", () => {
      const later = JSON.parse('{"version":2,"spaces":[]}') as DigestClientSnapshot;
      expect(() => clientWith().createSession(later)).toThrow(/version 2/);
    });
  });

  describe("against a server that challenges without end", () => {
    it("keeps no more realms than a path has proxies", () => {
      const session = clientWith().createSession();
      const received = from407(...Array.from({ length: 100 }, (_, index) => challenge("", `r${index}`)));
      expect(retryOf(session.receiveChallenges(received, invite)).fields).toHaveLength(16);
    });
  });
});
