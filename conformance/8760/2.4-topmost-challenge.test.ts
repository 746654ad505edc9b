import { DigestClient, type DigestClientOptions } from "@siplet/core";
import { describe, expect, it } from "vitest";

const register = { method: "REGISTER", uri: "sip:sip.example.org" };
const known = { username: "bob", password: "zanzibar" };

function challenge(algorithm: string, nonce: string, realm = "sip.example.org"): string {
  return `Digest realm="${realm}", qop="auth", algorithm=${algorithm}, nonce="${nonce}", opaque="x"`;
}

/** The nonces of the challenges that were answered. */
function answered(values: readonly string[], options: Partial<DigestClientOptions> = {}): string[] {
  const session = new DigestClient({ credentials: () => known, ...options }).createSession();
  const outcome = session.receiveChallenges({ wwwAuthenticate: values, proxyAuthenticate: [] }, register);
  return outcome.kind === "retry" ? outcome.authorization.fields.map(({ credentials }) => credentials.nonce) : [];
}

describe("RFC 8760 §2.4 several challenges of one realm", () => {
  it("answers the topmost, not the strongest", () => {
    expect(answered([challenge("SHA-256", "abc"), challenge("MD5", "def")])).toEqual(["abc"]);
    expect(answered([challenge("MD5", "def"), challenge("SHA-256", "abc")])).toEqual(["def"]);
  });

  it("skips algorithms it does not know", () => {
    expect(answered([challenge("SHA3-512", "1"), challenge("MD5", "2")])).toEqual(["2"]);
  });

  it("skips algorithms it was told not to use", () => {
    const algorithms = ["SHA-512-256", "SHA-256"] as const;
    expect(answered([challenge("MD5", "1"), challenge("SHA-256", "2")], { algorithms })).toEqual(["2"]);
  });

  it("does not answer by MD5 where all algorithms are unknown", () => {
    expect(answered([challenge("SHA3-512", "1"), challenge("AKAv2-MD5", "2")])).toEqual([]);
  });

  it("answers one challenge of each realm where forks have mixed them", () => {
    const mixed = [
      challenge("SHA-256", "a1", "a"),
      challenge("MD5", "a2", "a"),
      challenge("MD5", "b1", "b"),
      challenge("SHA-256", "b2", "b"),
      challenge("SHA-256", "a3", "a"),
    ];
    expect(answered(mixed)).toEqual(["a1", "b1"]);
  });

  it("takes what the stored HA1 allows", () => {
    const ha1 = { MD5: "7fc33d266ff5f7fe764efb797bd4ba91" };
    const credentials = () => ({ username: "bob", ha1 });
    expect(answered([challenge("SHA-256", "1"), challenge("MD5", "2")], { credentials })).toEqual(["2"]);
  });
});
