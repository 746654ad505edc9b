import {
  DigestClient,
  DigestServer,
  MemoryUserStore,
  digestAlgorithms,
  type ChallengeOutcome,
  type DigestAuthorization,
  type DigestClientSession,
  type DigestRequest,
  type DigestServerOptions,
  type DigestVerdict,
} from "@siplet/core";
import { ManualClock } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const realm = "biloxi.example.com";
const bob = { username: "bob", password: "zanzibar" };
const register = { method: "REGISTER", uri: "sip:biloxi.example.com" };

function serverWith(options: Partial<DigestServerOptions> = {}): DigestServer {
  return new DigestServer({ realm, users: new MemoryUserStore([bob]), ...options });
}

function verify(server: DigestServer, request: DigestRequest, sent?: DigestAuthorization): DigestVerdict {
  const credentials = sent?.fields.map(({ value }) => value) ?? [];
  const verdict = server.verify({ ...request, credentials });
  if (verdict instanceof Promise) throw new TypeError("the verdict had to wait");
  return verdict;
}

function challenge(
  session: DigestClientSession,
  verdict: DigestVerdict,
  request: DigestRequest,
  sent?: DigestAuthorization,
): ChallengeOutcome {
  const wwwAuthenticate = verdict.kind === "challenge" ? verdict.values : [];
  return session.receiveChallenges({ wwwAuthenticate, proxyAuthenticate: [] }, request, sent);
}

/** Sends until the server accepts or the client gives up; tells the kind of every verdict, and how it ended. */
function exchange(session: DigestClientSession, server: DigestServer, request: DigestRequest): string[] {
  const course: string[] = [];
  let sent = session.authorize(request);
  for (;;) {
    const verdict = verify(server, request, sent);
    course.push(verdict.kind === "challenge" ? verdict.reason : verdict.kind);
    if (verdict.kind !== "challenge") return course;
    const outcome = challenge(session, verdict, request, sent);
    if (outcome.kind === "given-up") return [...course, outcome.reason];
    sent = outcome.authorization;
  }
}

function sessionFor(credentials: { username: string; password: string }): DigestClientSession {
  return new DigestClient({ credentials: () => credentials }).createSession();
}

describe("RFC 7616 §3 client against server", () => {
  it("needs one challenge, then none", () => {
    const [session, server] = [sessionFor(bob), serverWith()];
    expect(exchange(session, server, register)).toEqual(["no-credentials", "accepted"]);
    expect(exchange(session, server, register)).toEqual(["accepted"]);
    expect(exchange(session, server, { ...register, method: "SUBSCRIBE" })).toEqual(["accepted"]);
  });

  it("stops after one wrong answer", () => {
    const session = sessionFor({ ...bob, password: "tanganyika" });
    expect(exchange(session, serverWith(), register)).toEqual(["no-credentials", "wrong-credentials", "rejected"]);
  });

  it("renews an expired nonce without asking anybody (stale=true)", () => {
    const clock = new ManualClock(1_000_000);
    const [session, server] = [sessionFor(bob), serverWith({ clock })];
    exchange(session, server, register);
    clock.advance(300_000);
    expect(exchange(session, server, register)).toEqual(["stale-nonce", "accepted"]);
  });

  it("survives a server that was started anew", () => {
    const session = sessionFor(bob);
    exchange(session, serverWith(), register);
    expect(exchange(session, serverWith(), register)).toEqual(["stale-nonce", "accepted"]);
  });

  it("cannot replay a request that was overheard", () => {
    const [session, server] = [sessionFor(bob), serverWith()];
    exchange(session, server, register);
    const sent = session.authorize(register);
    expect(verify(server, register, sent).kind).toBe("accepted");
    expect(verify(server, register, sent)).toMatchObject({ stale: true, reason: "replayed-nonce" });
  });

  it("cannot use an answer for another method, another user, or another realm", () => {
    const [session, server] = [sessionFor(bob), serverWith()];
    exchange(session, server, register);
    const sent = session.authorize(register);
    expect(verify(server, { ...register, method: "INVITE" }, sent)).toMatchObject({ reason: "wrong-credentials" });
    const [field] = sent.fields;
    const spoilt = (from: string, to: string) =>
      server.verify({ ...register, credentials: [field?.value.replace(from, to) ?? ""] });
    expect(spoilt('"bob"', '"carol"')).toMatchObject({ reason: "unknown-user" });
    expect(spoilt(realm, "atlanta.example.com")).toMatchObject({ reason: "no-credentials" });
  });

  it("proves the server and follows its next nonce (§3.5)", () => {
    const [session, server] = [sessionFor(bob), serverWith({ qop: ["auth-int"] })];
    const first = challenge(session, verify(server, register), register);
    const sent = first.kind === "retry" ? first.authorization : session.authorize(register);
    const accepted = verify(server, register, sent);
    if (accepted.kind !== "accepted") throw new TypeError(`the verdict was ${accepted.kind}`);
    const body = Buffer.from([0, 0xff, 0xfe]);
    const text = server.createInfo(accepted, { nextnonce: true, body });
    expect(session.receiveInfo({ text, body: Buffer.from([0]) }, register, sent)).toBe("wrong");
    expect(session.receiveInfo({ text, body }, register, sent)).toBe("proven");
    const next = session.authorize(register);
    expect(next.fields[0]?.credentials.nc).toBe("00000001");
    expect(next.fields[0]?.credentials.nonce).not.toBe(sent.fields[0]?.credentials.nonce);
    expect(verify(server, register, next).kind).toBe("accepted");
  });

  it("agrees on every algorithm, qop, name, password, URI and body", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((value) => !/[\r\n]/.test(value));
    const user = fc.constantFrom("bob", "+12125551212", "b%6fb");
    const situation = fc.record({
      algorithm: fc.constantFrom(...digestAlgorithms),
      qop: fc.constantFrom("auth" as const, "auth-int" as const),
      userhash: fc.boolean(),
      username: text,
      password: fc.string({ unit: "grapheme", maxLength: 12 }),
      uri: user.map((name) => `sip:${name}@biloxi.example.com`),
      body: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(situation, ({ algorithm, qop, userhash, username, password, uri, body }) => {
        const users = new MemoryUserStore([{ username, password }]);
        const server = serverWith({ users, algorithms: [algorithm], qop: [qop], userhash });
        const session = sessionFor({ username, password });
        const request = { method: "MESSAGE", uri, body };
        expect(exchange(session, server, request)).toEqual(["no-credentials", "accepted"]);
        expect(exchange(session, server, request)).toEqual(["accepted"]);
        const sent = session.authorize(request);
        const changed = { ...request, body: Buffer.concat([body, Buffer.of(0)]) };
        expect(verify(server, changed, sent).kind).toBe(qop === "auth" ? "accepted" : "challenge");
      }),
    );
  });

  it("never throws at either side, whatever the fields hold", () => {
    const [session, server] = [sessionFor(bob), serverWith({ acceptWithoutQop: true })];
    exchange(session, server, register);
    const good = session.authorize(register).fields[0]?.value ?? "";
    const offer = server.createChallenge().values[0] ?? "";
    const piece = fc.oneof(
      fc.constantFrom('"', "\\", ",", "=", " ", "\r\n ", "\0", "é", "true", "Digest "),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.nat(300), fc.nat(20), piece, (start, removed, inserted) => {
        const spoil = (value: string): string => value.slice(0, start) + inserted + value.slice(start + removed);
        void server.verify({ ...register, credentials: [spoil(good)] });
        const wwwAuthenticate = [spoil(offer)];
        sessionFor(bob).receiveChallenges({ wwwAuthenticate, proxyAuthenticate: wwwAuthenticate }, register);
      }),
      { numRuns: 2000 },
    );
  });
});
