import { readFileSync } from "node:fs";
import {
  DigestClient,
  DigestServer,
  MemoryUserStore,
  parseDigestAlgorithm,
  serializeDigestChallenge,
  type DigestQop,
  type DigestRequest,
} from "@siplet/core";
import { describe, expect, it } from "vitest";

interface Vector {
  readonly id: string;
  readonly algorithm?: string;
  readonly userhash?: boolean;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly challenge: {
    readonly realm: string;
    readonly nonce: string;
    readonly opaque?: string;
    readonly qop?: readonly string[];
    readonly charset?: string;
  };
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly qop?: DigestQop;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly credentialsHeaderValue: string;
}

const file = new URL("../../packages/core/test/vectors/digest.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: readonly Vector[] };

function requestOf({ request }: Vector): DigestRequest {
  const { method, uri, body = "", bodyBase64 } = request;
  return { method, uri, body: bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64") };
}

function challengeOf({ challenge, algorithm, userhash = false }: Vector): string {
  return serializeDigestChallenge({ ...challenge, algorithm, userhash, stale: false });
}

/** The field a client sends that draws the cnonce of the vector and has used the nonce as often. */
function answerOf(vector: Vector): string | undefined {
  const cnonce = vector.cnonce ?? "";
  const random = { hex: () => cnonce, token: () => cnonce, integer: () => 0 };
  const preferIntegrity = vector.qop === "auth-int";
  const client = new DigestClient({ credentials: () => vector.credentials, random, preferIntegrity });
  const session = client.createSession();
  const received = { wwwAuthenticate: [challengeOf(vector)], proxyAuthenticate: [] };
  const outcome = session.receiveChallenges(received, requestOf(vector));
  let sent = outcome.kind === "retry" ? outcome.authorization : undefined;
  const uses = Number.parseInt(vector.nc ?? "1", 16);
  for (let use = 1; use < uses; use++) sent = session.authorize(requestOf(vector));
  return sent?.fields[0]?.value;
}

describe.each(vectors.map((vector) => [vector.id, vector] as const))("RFC 7616 §3.9 example %s", (_, vector) => {
  it("is what the client sends", () => {
    expect(answerOf(vector)).toBe(vector.credentialsHeaderValue);
  });

  it("is right for the server, but for the nonce it did not make", () => {
    const algorithms = [parseDigestAlgorithm(vector.algorithm) ?? "MD5"];
    const users = new MemoryUserStore([vector.credentials]);
    const { realm } = vector.challenge;
    const server = new DigestServer({ realm, users, algorithms, userhash: true, acceptWithoutQop: true });
    const credentials = [vector.credentialsHeaderValue];
    expect(server.verify({ ...requestOf(vector), credentials })).toMatchObject({
      kind: "challenge",
      reason: "stale-nonce",
    });
    const forged = [vector.credentialsHeaderValue.replace(/response="../, 'response="zz')];
    expect(server.verify({ ...requestOf(vector), credentials: forged })).toMatchObject({ reason: "wrong-credentials" });
  });
});
