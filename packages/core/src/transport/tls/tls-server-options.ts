import type { TlsOptions as NodeTlsOptions } from "node:tls";
import { TlsContexts, type DomainCredentials } from "./tls-credentials.js";

/** What TLS listeners and secure WebSocket listeners have in common. */
export interface TlsSettings extends DomainCredentials {
  /**
   * Whether peers that call have to show a certificate: never, if they have one (its domains are then known), or always.
   * `none` unless said otherwise (RFC 3261 §26.3.1).
   */
  readonly clientCertificate?: "none" | "request" | "require";
}

/** The contexts in service; a reload puts others in their place. */
export interface ContextsInService {
  contexts: TlsContexts;
}

/** Options for a TLS or HTTPS server of Node. */
export function tlsServerOptions(
  settings: TlsSettings,
  inService: ContextsInService,
  handshakeTimeout: number,
): NodeTlsOptions {
  const { clientCertificate = "none", credentials } = settings;
  return {
    ...credentials,
    minVersion: "TLSv1.2",
    handshakeTimeout,
    requestCert: clientCertificate !== "none",
    rejectUnauthorized: clientCertificate === "require",
    SNICallback: (serverName, done) => done(null, inService.contexts.select(serverName)),
  };
}

/** Puts other certificates into service. @throws EngineError `tls.certificate` */
export function replaceCredentials(
  server: { setSecureContext(options: NodeTlsOptions): void },
  inService: ContextsInService,
  credentials: DomainCredentials,
): void {
  inService.contexts = new TlsContexts(credentials);
  server.setSecureContext({ minVersion: "TLSv1.2", ...credentials.credentials });
}
