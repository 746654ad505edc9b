import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hashOf, parseDigestAlgorithm, type DigestQop } from "./digest-algorithm.js";
import { selectDigestChallenges } from "./digest-challenge.js";
import {
  computeDigestResponse,
  computeHa1,
  computeRspauth,
  computeUserhash,
  digestHash,
  type DigestInput,
} from "./digest-computation.js";
import { parseDigestCredentials, serializeDigestCredentials, type DigestCredentials } from "./digest-credentials.js";

interface Vector {
  readonly id: string;
  readonly algorithm?: string;
  readonly userhash?: boolean;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly challenge: { readonly realm: string; readonly nonce: string; readonly opaque?: string };
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly qop?: DigestQop;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly rspauth?: { readonly body?: string };
  readonly expected: Readonly<Record<"HA1" | "HA2" | "response", string>> &
    Readonly<Partial<Record<"HA1base" | "HBody" | "rspauth" | "userhash", string>>>;
  readonly credentialsHeaderValue: string;
}

interface HeaderCase {
  readonly id: string;
  readonly header: string;
  readonly values: readonly string[];
}

const file = new URL("../../../test/vectors/digest.json", import.meta.url);
const { vectors, headerParsing } = JSON.parse(readFileSync(file, "utf8")) as {
  vectors: readonly Vector[];
  headerParsing: readonly HeaderCase[];
};

function bodyOf(vector: Vector): Uint8Array {
  const { body, bodyBase64 } = vector.request;
  return bodyBase64 === undefined ? Buffer.from(body ?? "", "utf8") : Buffer.from(bodyBase64, "base64");
}

function computationOf(vector: Vector): { ha1: string; input: DigestInput } {
  const algorithm = parseDigestAlgorithm(vector.algorithm) ?? "MD5";
  const { username, password } = vector.credentials;
  const ha1 = computeHa1(hashOf(algorithm), username, vector.challenge.realm, password);
  const { qop, nc, cnonce } = vector;
  const { method, uri } = vector.request;
  return {
    ha1,
    input: { algorithm, method, uri, nonce: vector.challenge.nonce, qop, nc, cnonce, body: bodyOf(vector) },
  };
}

function credentialsOf(vector: Vector): DigestCredentials {
  const { realm, nonce, opaque } = vector.challenge;
  const username = vector.expected.userhash ?? vector.credentials.username;
  const { algorithm, qop, nc, cnonce, userhash = false } = vector;
  const response = vector.expected.response;
  return { username, realm, nonce, uri: vector.request.uri, response, algorithm, opaque, qop, nc, cnonce, userhash };
}

describe("RFC 7616 §3.4 digest vectors", () => {
  describe.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const { ha1, input } = computationOf(vector);
    const hash = hashOf(input.algorithm);

    it("gives the stored HA1", () => {
      expect(ha1).toBe(vector.expected.HA1base ?? vector.expected.HA1);
    });

    it("gives the response", () => {
      expect(computeDigestResponse(ha1, input)).toBe(vector.expected.response);
    });

    if (vector.expected.HBody !== undefined) {
      it("hashes the octets of the body", () => {
        expect(digestHash(hash, bodyOf(vector))).toBe(vector.expected.HBody);
      });
    }

    if (vector.expected.rspauth !== undefined) {
      it("gives rspauth", () => {
        const body = Buffer.from(vector.rspauth?.body ?? "");
        expect(computeRspauth(ha1, { ...input, body })).toBe(vector.expected.rspauth);
      });
    }

    if (vector.expected.userhash !== undefined) {
      it("gives the userhash", () => {
        const name = vector.credentials.username;
        expect(computeUserhash(hash, name, vector.challenge.realm)).toBe(vector.expected.userhash);
      });
    }

    it("writes and reads the credentials field", () => {
      const credentials = credentialsOf(vector);
      expect(serializeDigestCredentials(credentials)).toBe(vector.credentialsHeaderValue);
      expect(parseDigestCredentials(vector.credentialsHeaderValue)).toEqual([{ kind: "digest", value: credentials }]);
    });
  });
});

function headerCase(id: string): readonly string[] {
  const found = headerParsing.find((one) => one.id === id);
  expect(found).toBeDefined();
  return found?.values ?? [];
}

describe("RFC 7616 §3.3 challenge fields", () => {
  it("keeps the order of several challenges (RFC 8760 §2.3)", () => {
    const challenges = selectDigestChallenges(headerCase("multi-challenge"));
    expect(challenges.map(({ algorithm, nonce }) => [algorithm, nonce])).toEqual([
      ["SHA-256", "abc"],
      ["MD5", "def"],
    ]);
  });

  it("does not know an unknown algorithm", () => {
    const challenges = selectDigestChallenges(headerCase("unknown-algorithm-first"));
    expect(challenges.map((challenge) => parseDigestAlgorithm(challenge.algorithm))).toEqual([undefined, "MD5"]);
  });

  it("splits qop at commas with white space", () => {
    expect(selectDigestChallenges(headerCase("qop-list-with-unknown"))[0]?.qop).toEqual(["foo", "auth-int", "auth"]);
  });

  it("reads stale without case", () => {
    expect(selectDigestChallenges(headerCase("stale"))[0]?.stale).toBe(true);
  });

  it("reads names and tokens without case and white space around signs", () => {
    const [challenge] = selectDigestChallenges(headerCase("case-and-spacing"));
    expect(challenge).toMatchObject({ realm: "r", nonce: "n", qop: ["auth"] });
    expect(parseDigestAlgorithm(challenge?.algorithm)).toBe("MD5");
  });

  it("does not split at a comma inside quotes", () => {
    const [challenge] = selectDigestChallenges(headerCase("quoted-comma"));
    expect(challenge).toMatchObject({ realm: "a, b=c", nonce: 'n"q' });
  });

  it("accepts quoted algorithm, qop and nc in credentials", () => {
    const [parsed] = parseDigestCredentials(headerCase("quoted-nc-and-qop")[0] ?? "");
    expect(parsed).toMatchObject({ kind: "digest", value: { algorithm: "MD5", qop: "auth", nc: "00000001" } });
  });
});
