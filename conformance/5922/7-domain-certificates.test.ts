import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TlsCredentials } from "@siplet/core";
import type { CertificateRequest } from "../../test/counterparts/certificates.js";
import { createAuthority } from "../../test/counterparts/certificates.js";
import { available, needs } from "../../test/counterparts/available.js";
import { TlsLab, until, type TlsElement } from "./tls-lab.js";

let lab: TlsLab;
let client: TlsElement;
let own: TlsCredentials;

beforeAll(async () => {
  if (!available("openssl")) return;
  lab = await TlsLab.open();
  own = await lab.domain("client.example.com");
});
afterAll(() => lab?.stop());
beforeEach(async (context) => {
  needs(context, "openssl");
  client = await lab.element({ credentials: own });
});
afterEach(() => lab?.close());

/** Calls a server that shows such a certificate; tells the code of the error, or "accepted". */
async function call(certificate: CertificateRequest, wanted: string | undefined, keyUsage?: "sip"): Promise<string> {
  const server = await lab.element({ credentials: await lab.credentials(certificate) });
  const caller = keyUsage === undefined ? client : await lab.element({ credentials: own, keyUsage });
  const error = await lab.call(caller, server, wanted);
  if (error !== undefined) expect(server.requests).toEqual([]);
  else await until(() => server.requests.length === 1);
  return error?.code ?? "accepted";
}

describe("RFC 5922 §7.1 the identities of a certificate", () => {
  it.each<[string, CertificateRequest, string]>([
    ["a SIP URI names the domain", { names: ["URI:sip:example.com"] }, "accepted"],
    ["a SIP URI in another case names the domain", { names: ["URI:SIP:Example.COM"] }, "accepted"],
    ["a DNS name names the domain", { names: ["DNS:example.com"] }, "accepted"],
    ["one of several names the domain", { names: ["DNS:a.example.org", "DNS:example.com"] }, "accepted"],
    ["the common name names the domain, and nothing else is there", { commonName: "example.com" }, "accepted"],
    [
      "the common name does, but a DNS name says otherwise",
      { commonName: "example.com", names: ["DNS:other.com"] },
      "tls.identity",
    ],
    [
      "a DNS name does, but a SIP URI says otherwise",
      { names: ["URI:sip:other.com", "DNS:example.com"] },
      "tls.identity",
    ],
    ["a SIP URI names a person", { names: ["URI:sip:alice@example.com"] }, "tls.identity"],
    ["a URI of another scheme names the domain", { names: ["URI:https://example.com"] }, "tls.identity"],
    ["a wildcard covers the domain", { names: ["DNS:*.com"] }, "tls.identity"],
    ["a parent domain is named", { names: ["DNS:com"] }, "tls.identity"],
    ["a sub-domain is named", { names: ["DNS:sip.example.com"] }, "tls.identity"],
    ["only an address is named", { names: ["IP:127.0.0.1"], commonName: "x" }, "tls.identity"],
  ])("%s", async (_what, certificate, outcome) => {
    expect(await call({ commonName: "nobody", ...certificate }, "example.com")).toBe(outcome);
  });

  it("compares with the domain that was wanted, not with the address called", async () => {
    expect(await call({ names: ["DNS:example.com"] }, "other.example.com")).toBe("tls.identity");
  });

  it("compares an address with the addresses named, where no domain was wanted", async () => {
    expect(await call({ names: ["IP:127.0.0.1"] }, undefined)).toBe("accepted");
    expect(await call({ names: ["IP:127.0.0.2"] }, undefined)).toBe("tls.identity");
  });
});

describe("RFC 5924 §4 extended key usage", () => {
  const names = ["URI:sip:example.com"];

  it("is no matter by default", async () => {
    expect(await call({ names, usage: ["serverAuth"] }, "example.com")).toBe("accepted");
  });

  it("has to hold sipDomain where the element insists, or to be absent", async () => {
    expect(await call({ names, usage: ["serverAuth"] }, "example.com", "sip")).toBe("tls.identity");
    expect(await call({ names, usage: ["serverAuth", "sipDomain"] }, "example.com", "sip")).toBe("accepted");
    expect(await call({ names, usage: [] }, "example.com", "sip")).toBe("accepted");
  });
});

describe("RFC 3261 §26.3 trust", () => {
  it.each(["expiredCertificate", "futureCertificate"] as const)("takes no %s", async (kind) => {
    const { key, certificate } = await lab.authority[kind]("example.com");
    const server = await lab.element({ credentials: { key, cert: certificate } });
    expect((await lab.call(client, server, "example.com"))?.code).toBe("tls.handshake");
  });

  it("takes no certificate of an authority that nobody named, and says how to trust it", async () => {
    const stranger = await createAuthority("a stranger");
    const { key, certificate } = await stranger.domainCertificate("example.com");
    await stranger.stop();
    const server = await lab.element({ credentials: { key, cert: certificate } });
    const error = await lab.call(client, server, "example.com");
    expect(error?.code).toBe("tls.handshake");
    expect(error?.message).toContain("credentials.ca");
  });

  it("takes any certificate where a test says so", async () => {
    const careless = await lab.element({ credentials: own, verifyServer: false });
    const server = await lab.element({ credentials: await lab.domain("other.example.com") });
    expect(await lab.call(careless, server, "example.com")).toBeUndefined();
  });
});

describe("RFC 5922 §7.3 the server", () => {
  it("knows the domains of a client with a certificate", async () => {
    const server = await lab.element({ credentials: own, clientCertificate: "request" });
    await lab.call(client, server, "client.example.com");
    await until(() => server.requests.length === 1);
    expect(server.requests[0]?.connection.security?.identities).toEqual(["client.example.com"]);
  });

  it("knows none of a client whose certificate nobody vouches for, and serves it all the same", async () => {
    const stranger = await createAuthority("a stranger");
    const { key, certificate } = await stranger.domainCertificate("client.example.com");
    await stranger.stop();
    const server = await lab.element({ credentials: own, clientCertificate: "request" });
    const ca = lab.authority.certificate;
    const outsider = await lab.element({ credentials: { key, cert: certificate, ca } });
    await lab.call(outsider, server, "client.example.com");
    await until(() => server.requests.length === 1);
    expect(server.requests[0]?.connection.security?.identities).toEqual([]);
  });

  it("turns a client without certificate away where it requires one", async () => {
    const server = await lab.element({ credentials: own, clientCertificate: "require" });
    const bare = await lab.element({ credentials: { ca: lab.authority.certificate } });
    await lab.call(bare, server, "client.example.com");
    await until(() => bare.ends.length === 1);
    expect([bare.ends[0]?.code, server.requests]).toEqual(["transport.failed", []]);
  });

  it("shows the certificate of the domain that the client names (SNI)", async () => {
    const domains = {
      "a.example.com": await lab.domain("a.example.com"),
      "B.example.com": await lab.domain("b.example.com"),
    };
    const server = await lab.element({ credentials: own, domains });
    for (const domain of ["a.example.com", "b.example.com", "client.example.com"]) {
      expect(await lab.call(client, server, domain)).toBeUndefined();
    }
    expect((await lab.call(client, server, "c.example.com"))?.code).toBe("tls.identity");
    await until(() => server.requests.length === 3);
    expect(server.requests.map(({ connection }) => connection.security?.serverName)).toEqual([
      "a.example.com",
      "b.example.com",
      "client.example.com",
    ]);
  });

  it("takes other certificates into service without a restart; what stands stays", async () => {
    const server = await lab.element({ credentials: await lab.domain("old.example.com") });
    expect(await lab.call(client, server, "old.example.com")).toBeUndefined();
    server.transport.setSecureContext({ credentials: await lab.domain("new.example.com") });
    expect(await lab.call(client, server, "old.example.com")).toBeUndefined();
    expect(await lab.call(client, server, "new.example.com")).toBeUndefined();
    expect(client.ends).toEqual([]);
    const late = await lab.element({ credentials: own });
    expect((await lab.call(late, server, "old.example.com"))?.code).toBe("tls.identity");
  });

  it("keeps the old certificates when the new ones are no good", async () => {
    const server = await lab.element({ credentials: await lab.domain("old.example.com") });
    const broken = { credentials: { ...(await lab.domain("a.example.com")), key: own.key } };
    expect(() => server.transport.setSecureContext(broken)).toThrow("do not belong together");
    expect(await lab.call(client, server, "old.example.com")).toBeUndefined();
  });

  it.each([
    [
      "key and certificate of different people",
      (other: TlsCredentials) => ({ ...own, key: other.key }),
      "do not belong together",
    ],
    ["a file name in place of the file", () => ({ ...own, cert: "/etc/tls/cert.pem" }), "not its name"],
  ])("refuses to start with %s", async (_what, make, mend) => {
    const credentials = make(await lab.domain("x.example.com"));
    await expect(lab.element({ credentials })).rejects.toMatchObject({
      code: "tls.certificate",
      message: expect.stringContaining(mend) as unknown,
    });
  });
});

describe("connections by name", () => {
  it("are not shared between domains at one address", async () => {
    const names = ["DNS:a.example.com", "DNS:b.example.com"];
    const server = await lab.element({ credentials: await lab.credentials({ commonName: "x", names }) });
    const to = (domain: string) => client.layer.connect("tls", { ...server.transport.local, domain });
    expect(to("a.example.com")).toBe(to("A.example.com"));
    expect(to("a.example.com")).not.toBe(to("b.example.com"));
    await lab.call(client, server, "a.example.com");
  });
});

describe("a TLS listener under attack", () => {
  const connectTo = ({ transport }: TlsElement): Socket =>
    connect(transport.local.port, "127.0.0.1").on("error", () => {});

  it("turns away what is too many before the handshake, and lives on", async () => {
    const server = await lab.element({ credentials: own, limits: { connections: 1 } });
    const first = connectTo(server);
    await once(first, "connect");
    const second = connectTo(server);
    await once(second, "close");
    first.destroy();
    await once(first, "close");
    await until(() => first.closed);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await lab.call(client, server, "client.example.com")).toBeUndefined();
  });

  it("closes although peers hang in their handshake", async () => {
    const server = await lab.element({ credentials: own });
    const silent = connectTo(server);
    await once(silent, "connect");
    const closed = once(silent, "close");
    await server.layer.close();
    await closed;
  });

  it("lives through octets that are no TLS, and through peers that reset in the middle", async () => {
    const server = await lab.element({ credentials: own });
    for (const octets of ["OPTIONS sip:a@b SIP/2.0\r\n\r\n", "\u0016\u0003\u0001\u0002", ""]) {
      const peer = connectTo(server);
      await once(peer, "connect");
      peer.write(Buffer.from(octets, "latin1"));
      await new Promise((resolve) => setImmediate(resolve));
      peer.resetAndDestroy();
    }
    expect(await lab.call(client, server, "client.example.com")).toBeUndefined();
  });
});
