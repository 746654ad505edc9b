import { describe, expect, it } from "vitest";
import { AuthenticationInfo } from "./authentication-info.js";
import { Challenge } from "./challenge.js";
import { Credentials } from "./credentials.js";
import { headerDefinition } from "./header-table.js";

const challengeOf = (text: string) => headerDefinition("www-authenticate").parse(text);
const credentialsOf = (text: string) => headerDefinition("authorization").parse(text);

describe("RFC 7616 §3.3 challenge", () => {
  it("is read", () => {
    const challenge = challengeOf(
      'digest realm="a \\"b\\"",\r\n nonce="84f1==", qop="auth , AUTH-INT",opaque="",stale=TRUE, algorithm=SHA-256 , domain="sip:x, sip:y", userhash=true',
    );
    expect([challenge.isDigest, challenge.realm, challenge.nonce, challenge.opaque]).toEqual([
      true,
      'a "b"',
      "84f1==",
      "",
    ]);
    expect([challenge.qop, challenge.stale, challenge.algorithm]).toEqual([["auth", "auth-int"], true, "SHA-256"]);
    expect([challenge.domain, challenge.userhash]).toEqual(["sip:x, sip:y", true]);
  });

  it("has no options where none are offered", () => {
    const challenge = challengeOf("Digest realm=x");
    expect([challenge.qop, challenge.stale, challenge.userhash, challenge.nonce]).toEqual([
      [],
      false,
      false,
      undefined,
    ]);
  });

  it("is built with the quotes each parameter needs", () => {
    const challenge = Challenge.create("Digest", {
      realm: "atlanta.com",
      nonce: "a",
      qop: "auth",
      algorithm: "MD5",
      stale: "false",
    });
    expect(String(challenge)).toBe('Digest realm="atlanta.com", nonce="a", qop="auth", algorithm=MD5, stale=false');
    expect(String(challenge.withParameters(challenge.parameters.without("stale")))).not.toContain("stale");
  });
});

describe("RFC 7616 §3.4 credentials", () => {
  it("are read, quoted or not", () => {
    const text =
      'Digest username="bob",realm="r",nonce=a/b+c==,uri=sip:bob@b.com;x=y,response="e6f9",qop="auth",nc=00000001,cnonce="0a"';
    const credentials = credentialsOf(text);
    expect([credentials.username, credentials.nonce, credentials.uri, credentials.response]).toEqual([
      "bob",
      "a/b+c==",
      "sip:bob@b.com;x=y",
      "e6f9",
    ]);
    expect([credentials.qop, credentials.nonceCount, credentials.cnonce]).toEqual(["auth", "00000001", "0a"]);
    expect(String(credentials)).toBe(text);
  });

  it("of an unknown scheme are kept", () => {
    const credentials = credentialsOf("NoOneKnowsThisScheme opaque-data=here");
    expect([credentials.scheme, credentials.isDigest, credentials.parameters.toJSON()]).toEqual([
      "NoOneKnowsThisScheme",
      false,
      { "opaque-data": "here" },
    ]);
  });

  it("may be one token (RFC 8898)", () => {
    expect(credentialsOf("Bearer eyJ.a-b_c==").token68).toBe("eyJ.a-b_c==");
    expect(String(Credentials.ofToken("Bearer", "a.b="))).toBe("Bearer a.b=");
    expect(() => Credentials.ofToken("Bearer", "a b")).toThrow("token68");
    expect(() => Credentials.ofToken("Bearer", "")).toThrow("token68");
  });

  it("are built with qop and nc unquoted", () => {
    const parameters = { username: 'a"b', uri: "sip:b@c", qop: "auth", nc: "00000001", opaque: undefined };
    expect(String(Credentials.create("Digest", parameters))).toBe(
      'Digest username="a\\"b", uri="sip:b@c", qop=auth, nc=00000001',
    );
    expect(() => Credentials.create("Digest", { username: "a\r\nEvil: x" })).toThrow("line end");
    expect(() => Credentials.create("Dig est")).toThrow("token");
  });
});

describe("RFC 7616 §3.5 Authentication-Info", () => {
  it("is read and built", () => {
    const info = headerDefinition("authentication-info").parse(
      'nextnonce="47", qop=AUTH, rspauth="66", cnonce="0a", nc=00000001',
    );
    expect([info.nextNonce, info.qop, info.responseAuth, info.cnonce, info.nonceCount]).toEqual([
      "47",
      "auth",
      "66",
      "0a",
      "00000001",
    ]);
    expect(String(AuthenticationInfo.create({ nextnonce: "47", qop: "auth", nc: "00000001" }))).toBe(
      'nextnonce="47", qop=auth, nc=00000001',
    );
  });
});
