import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskCredentials } from "./mask-credentials.js";

describe("credentials in a log", () => {
  it.each([
    [
      'Authorization: Digest username="alice", realm="example.com", nonce="84a4cc6f", uri="sip:bob@example.com", response="7587245234b3", cnonce="0a4f", nc=00000001, qop=auth\r\n',
      'Authorization: Digest username="alice", realm="example.com", nonce="********", uri="sip:bob@example.com", response="************", cnonce="****", nc=00000001, qop=auth\r\n',
    ],
    ["Proxy-Authorization:Bearer abc.def\r\n", "Proxy-Authorization:Bearer *******\r\n"],
    ["authorization : basic QWxhZGRpbg==\r\n", "authorization : basic ************\r\n"],
    [
      'AUTHORIZATION: Digest\r\n username="a,b",\r\n response="x\\"y"\r\n',
      'AUTHORIZATION: Digest\r\n username="a,b",\r\n response="**"*"\r\n',
    ],
    ['Authorization: Digest response="never ends', 'Authorization: Digest response="***** ****'],
    ["Authorization:", "Authorization:"],
    [
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwg|2^20\r\n",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:*********************\r\n",
    ],
  ])("are masked in %j", (line, masked) => {
    expect(maskCredentials(line)).toBe(masked);
  });

  it("are not looked for elsewhere", () => {
    const text =
      'INVITE sip:a@b SIP/2.0\r\nWWW-Authenticate: Digest nonce="1"\r\nSubject: Authorization: x\r\n\r\nbody';
    expect(maskCredentials(text)).toBe(text);
  });

  it("never stay, and nothing changes its length", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=]{12,40}$/).map((text) => `S3CR3T${text}`);
    fc.assert(
      fc.property(secret, fc.constantFrom("response", "cnonce", "opaque", "nonce", "x"), (value, name) => {
        const text = `A: b\r\nAuthorization: Digest username="u", ${name}="${value}"\r\nC: d\r\n\r\n`;
        const masked = maskCredentials(text);
        expect(masked).not.toContain(value);
        expect(masked).toHaveLength(text.length);
      }),
    );
  });
});
