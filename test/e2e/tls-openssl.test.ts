/** TLS against OpenSSL's own client and server: neither shares a line of TypeScript with us. */
import {
  TransportLayer,
  createResponse,
  tlsTransport,
  type SipRequest,
  type TlsOptions,
  type TlsTransport,
} from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { createAuthority, type CertificateAuthority, type IssuedCertificate } from "../counterparts/certificates.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startProgram, type Program } from "../counterparts/program.js";
import { waitUntil } from "../counterparts/wait-until.js";

let authority: CertificateAuthority;
let certificate: IssuedCertificate;
let layer: TransportLayer;
let requests: { readonly request: SipRequest; readonly identities: readonly string[] }[];
let statuses: number[];

beforeEach(async (context) => {
  needs(context, "openssl");
  authority = await createAuthority();
  certificate = await authority.domainCertificate("example.com");
  [requests, statuses] = [[], []];
  layer = new TransportLayer();
  layer.attach({
    onRequest: (request, connection) => {
      requests.push({ request, identities: connection.security?.identities ?? [] });
      layer.send(createResponse(request, 200, { toTag: "e2e" }).build(), layer.responseConnection(request, connection));
    },
    onResponse: ({ statusCode }) => statuses.push(statusCode),
    onConnectionClosed: () => {},
  });
});

afterEach(async () => {
  await layer.close();
  await stopEverything();
});

function listen(options: Partial<TlsOptions> = {}): Promise<TlsTransport> {
  const credentials = { key: certificate.key, cert: certificate.certificate, ca: authority.certificate };
  return layer.add(tlsTransport({ address: "127.0.0.1", port: 0, credentials, ...options }));
}

/** Starts `openssl s_client`; what is written to it goes out as it is. */
function startClient({ local }: TlsTransport, ...more: string[]): Promise<Program> {
  const target = ["-connect", `127.0.0.1:${local.port}`, "-CAfile", authority.certificatePath, "-verify_return_error"];
  return startProgram({ command: "openssl", args: ["s_client", ...target, "-ign_eof", ...more] });
}

const options = optionsText({ transport: "TLS", sentBy: "127.0.0.1:5061" });

describe("openssl s_client calls us", () => {
  it.each(["-tls1_2", "-tls1_3"])("and has its request answered with %s", async (version) => {
    const client = await startClient(await listen(), version, "-verify_hostname", "example.com");
    await client.waitForOutput(/Verify return code: 0 \(ok\)/);
    client.write(options);
    await client.waitForOutput(/SIP\/2\.0 200 OK\r?\n/);
    expect(requests).toHaveLength(1);
  });

  it("and gets a pong for its ping", async () => {
    const client = await startClient(await listen(), "-quiet");
    client.write("\r\n\r\n");
    client.write(options);
    await client.waitForOutput(/^\r\nSIP\/2\.0 200 OK/m);
  });

  it.each(["-tls1", "-tls1_1"])("but not with %s", async (version) => {
    const client = await startClient(await listen(), version, "-cipher", "DEFAULT@SECLEVEL=0");
    expect((await client.waitForExit()).code).not.toBe(0);
    expect(client.output).toMatch(/alert protocol version|no protocols available|unsupported protocol/);
  });

  it("and sees the certificate of the domain that it asks for", async () => {
    const other = await authority.domainCertificate("other.example.org");
    const domains = { "other.example.org": { key: other.key, cert: other.certificate } };
    const listener = await listen({ domains });
    for (const domain of ["example.com", "other.example.org"]) {
      const client = await startClient(listener, "-servername", domain, "-verify_hostname", domain);
      await client.waitForOutput(/Verify return code: 0 \(ok\)/);
      await client.stop();
    }
  });

  it("and sees the new certificate after a reload", async () => {
    const listener = await listen();
    const renewed = await authority.domainCertificate("renewed.example.com");
    listener.setSecureContext({ credentials: { key: renewed.key, cert: renewed.certificate } });
    const client = await startClient(listener, "-verify_hostname", "renewed.example.com");
    await client.waitForOutput(/Verify return code: 0 \(ok\)/);
  });

  it("and is known by its certificate", async () => {
    const peer = await authority.domainCertificate("peer.example.net");
    const listener = await listen({ clientCertificate: "require" });
    const client = await startClient(listener, "-cert", peer.certificatePath, "-key", peer.keyPath);
    await client.waitForOutput(/Verify return code: 0 \(ok\)/);
    client.write(options);
    await client.waitForOutput(/SIP\/2\.0 200 OK/);
    expect(requests[0]?.identities).toEqual(["peer.example.net"]);
  });

  it("and is turned away without a certificate where one is required", async () => {
    const client = await startClient(await listen({ clientCertificate: "require" }));
    client.write(options);
    await client.waitForExit();
    expect(client.output).toMatch(/certificate required|handshake failure/);
    expect(requests).toEqual([]);
  });
});

describe("we call openssl s_server", () => {
  async function startServer(domain: string): Promise<{ readonly server: Program; readonly port: number }> {
    const issued = await authority.domainCertificate(domain);
    const port = await freePort();
    const files = ["-cert", issued.certificatePath, "-key", issued.keyPath];
    const args = ["s_server", "-accept", `127.0.0.1:${port}`, ...files, "-naccept", "1"];
    const server = await startProgram({ command: "openssl", args });
    await server.waitForOutput(/ACCEPT/);
    return { server, port };
  }

  it("and it reads our request and answers", async () => {
    const { server, port } = await startServer("example.com");
    await listen();
    const connection = layer.connect("tls", { address: "127.0.0.1", port, domain: "example.com" });
    connection.send(Buffer.from(options));
    await server.waitForOutput(/OPTIONS sip:bob@example\.com SIP\/2\.0/);
    server.write(`SIP/2.0 200 OK\r\n${options.slice(options.indexOf("\n") + 1)}`);
    await waitUntil(() => statuses.length === 1, { what: "the answer arrives", output: () => server.output });
    expect([statuses, connection.security?.protocol]).toEqual([[200], "TLSv1.3"]);
  });

  it("and send it nothing when it is somebody else", async () => {
    const { server, port } = await startServer("other.example.org");
    await listen();
    const codes: (string | undefined)[] = [];
    const connection = layer.connect("tls", { address: "127.0.0.1", port, domain: "example.com" });
    connection.send(Buffer.from(options), (error) => codes.push(error?.code));
    await server.waitForExit();
    expect(codes).toEqual(["tls.identity"]);
    expect(server.output).not.toContain("OPTIONS");
  });
});
