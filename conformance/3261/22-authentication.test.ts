import {
  DigestClient,
  DigestServer,
  MemoryUserStore,
  isChallengeable,
  type DigestAuthorization,
  type DigestClientSession,
  type DigestVerdict,
} from "@siplet/core";
import { describe, expect, it } from "vitest";

const bob = { username: "bob", password: "zanzibar" };
const users = new MemoryUserStore([bob]);
const invite = { method: "INVITE", uri: "sip:alice@atlanta.example.com" };

/** A way through two proxies to a user agent, each with its own realm. */
const stations = [
  new DigestServer({ realm: "p1.example.com", users, role: "proxy" }),
  new DigestServer({ realm: "p2.example.com", users, role: "proxy" }),
  new DigestServer({ realm: "atlanta.example.com", users }),
];

function fieldsOf(sent: DigestAuthorization, name: string): string[] {
  return sent.fields.filter((field) => field.name === name).map(({ value }) => value);
}

/** The first station that does not let the request pass, or undefined. */
function travel(sent: DigestAuthorization, method = "INVITE"): DigestVerdict | undefined {
  const verdicts = stations.map((station, index) => {
    const credentials = fieldsOf(sent, index < 2 ? "Proxy-Authorization" : "Authorization");
    const verdict = station.verify({ ...invite, method, credentials });
    return verdict instanceof Promise ? undefined : verdict;
  });
  return verdicts.find((verdict) => verdict?.kind === "challenge");
}

function call(session: DigestClientSession, method = "INVITE"): string[] {
  const request = { ...invite, method };
  const course: string[] = [];
  let sent = session.authorize(request);
  for (let verdict = travel(sent, method); verdict?.kind === "challenge"; verdict = travel(sent, method)) {
    course.push(`${verdict.statusCode} ${verdict.name}`);
    const { name, values } = verdict;
    const outcome = session.receiveChallenges(
      {
        wwwAuthenticate: name === "WWW-Authenticate" ? values : [],
        proxyAuthenticate: name === "Proxy-Authenticate" ? values : [],
      },
      request,
      sent,
    );
    if (outcome.kind === "given-up") return [...course, outcome.reason];
    sent = outcome.authorization;
  }
  return course;
}

describe("RFC 3261 §22.1 who is challenged", () => {
  it("is every request but ACK and CANCEL", () => {
    const methods = ["INVITE", "BYE", "REGISTER", "PRACK", "UPDATE", "NOTIFY", "X-FUTURE", "ACK", "CANCEL"];
    expect(methods.filter((method) => !isChallengeable(method))).toEqual(["ACK", "CANCEL"]);
    expect(stations[0]?.verify({ ...invite, method: "ACK", credentials: [] })).toEqual({ kind: "exempt" });
  });
});

describe("RFC 3261 §22.3 several realms on the way", () => {
  const session = new DigestClient({ credentials: () => bob }).createSession();

  it("gathers one credential for each", () => {
    expect(call(session)).toEqual(["407 Proxy-Authenticate", "407 Proxy-Authenticate", "401 WWW-Authenticate"]);
  });

  it("sends all of them ahead later in the dialog", () => {
    expect(call(session, "BYE")).toEqual([]);
    expect(session.authorize(invite).fields).toHaveLength(3);
  });

  it("gives up at the realm that refuses", () => {
    const password = "tanganyika";
    const lookup = ({ realm }: { realm: string }) => (realm === "p2.example.com" ? { ...bob, password } : bob);
    const other = new DigestClient({ credentials: lookup }).createSession();
    expect(call(other)).toEqual([
      "407 Proxy-Authenticate",
      "407 Proxy-Authenticate",
      "407 Proxy-Authenticate",
      "rejected",
    ]);
  });

  it("tells nobody a secret who merely claims a realm", () => {
    const lookup = ({ target }: { target?: string }) => (target === "trunk.example.com" ? bob : undefined);
    const careful = new DigestClient({ credentials: lookup }).createSession();
    const received = {
      wwwAuthenticate: ['Digest realm="p1.example.com", nonce="1", qop="auth"'],
      proxyAuthenticate: [],
    };
    expect(careful.receiveChallenges(received, { ...invite, target: "evil.example.net" })).toMatchObject({
      kind: "given-up",
    });
    expect(careful.receiveChallenges(received, { ...invite, target: "trunk.example.com" })).toMatchObject({
      kind: "retry",
    });
  });
});

describe("RFC 4475 §3.3.7 regaut01", () => {
  it("challenges a request with an unknown scheme", () => {
    const registrar = new DigestServer({ realm: "example.com", users });
    const credentials = ["NoOneKnowsThisScheme opaque-data=here"];
    expect(registrar.verify({ method: "REGISTER", uri: "sip:example.com", credentials })).toMatchObject({
      kind: "challenge",
      statusCode: 401,
      reason: "no-credentials",
    });
  });
});
