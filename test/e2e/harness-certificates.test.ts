import { X509Certificate } from "node:crypto";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { needs } from "../counterparts/available.js";
import { type CertificateAuthority, createAuthority } from "../counterparts/certificates.js";
import { stopEverything } from "../counterparts/lifetimes.js";

describe("Certificates for TLS tests", () => {
  let authority: CertificateAuthority;

  beforeEach(async (context) => {
    needs(context, "openssl");
    authority = await createAuthority();
  });

  afterEach(async () => {
    await stopEverything();
  });

  it("names the SIP domain as URI and DNS name, signed by the authority", async () => {
    const { certificate, key } = await authority.domainCertificate("example.com");
    const parsed = new X509Certificate(certificate);
    expect(parsed.subjectAltName).toContain("URI:sip:example.com, DNS:example.com, IP Address:127.0.0.1");
    expect(parsed.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(key).toContain("PRIVATE KEY");
  });

  it("dates certificates into the past and the future", async () => {
    const expired = new X509Certificate((await authority.expiredCertificate("example.com")).certificate);
    const future = new X509Certificate((await authority.futureCertificate("example.com")).certificate);
    expect(Date.parse(expired.validTo)).toBeLessThan(Date.now());
    expect(Date.parse(future.validFrom)).toBeGreaterThan(Date.now());
  });

  it("restricts what the holder may be, and can use RSA", async () => {
    const client = new X509Certificate((await authority.clientCertificate("sip:alice@example.com")).certificate);
    expect(client.subjectAltName).toBe("URI:sip:alice@example.com");
    expect(client.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    const rsa = new X509Certificate((await authority.issue({ key: "rsa" })).certificate);
    expect(rsa.publicKey.asymmetricKeyType).toBe("rsa");
    expect(rsa.subjectAltName).toBeUndefined();
  });
});
