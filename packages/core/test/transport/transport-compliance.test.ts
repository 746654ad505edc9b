import { systemClock, tcpTransport, tlsTransport, udpTransport } from "@siplet/core";
import { wsClientTransport, wssTransport, wsTransport } from "@siplet/core/transport/ws";
import { checkTransport, transportCases, type TransportSubject } from "@siplet/testkit";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createAuthority, type CertificateAuthority } from "../../../../test/counterparts/certificates.js";
import type { TlsCredentials } from "@siplet/core";

const address = "127.0.0.1";
const domain = "example.com";
const shared = {
  clock: systemClock,
  step: () => new Promise<void>((resolve) => setImmediate(resolve)),
  nowhere: { address, port: 1 },
};

let authority: CertificateAuthority;
let credentials: TlsCredentials;

beforeAll(async () => {
  authority = await createAuthority();
  const issued = await authority.domainCertificate(domain);
  credentials = { key: issued.key, cert: issued.certificate, ca: authority.certificate };
});

afterAll(() => authority.stop());

const subjects: Record<string, () => TransportSubject> = {
  udp: () => ({
    ...shared,
    listener: (port) => udpTransport({ address, port }),
    caller: () => udpTransport({ address, port: 0 }),
  }),
  "udp over IPv6": () => ({
    ...shared,
    nowhere: { address: "::1", port: 1 },
    listener: (port) => udpTransport({ address: "::1", port }),
    caller: () => udpTransport({ address: "::1", port: 0 }),
  }),
  tcp: () => ({
    ...shared,
    listener: (port) => tcpTransport({ address, port }),
    caller: () => tcpTransport({ address, port: 0 }),
  }),
  "tcp over IPv6": () => ({
    ...shared,
    nowhere: { address: "::1", port: 1 },
    listener: (port) => tcpTransport({ address: "::1", port }),
    caller: () => tcpTransport({ address: "::1", port: 0 }),
  }),
  tls: () => ({
    ...shared,
    domain,
    listener: (port) => tlsTransport({ address, port, credentials }),
    caller: () => tlsTransport({ address, port: 0, credentials }),
  }),
  ws: () => ({
    ...shared,
    listener: (port) => wsTransport({ address, port }),
    caller: () => wsClientTransport({ protocol: "ws" }),
  }),
  wss: () => ({
    ...shared,
    domain,
    listener: (port) => wssTransport({ address, port, credentials }),
    caller: () => wsClientTransport({ protocol: "wss", credentials: { ca: authority.certificate } }),
  }),
};

describe.each(Object.entries(subjects))("a transport: %s", (_name, subject) => {
  it.each(transportCases)("$title", (each) => checkTransport(each, subject()));
});
