import { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect, createServer, type ConnectionOptions, type Server } from "node:tls";
import { connectionLimits } from "../stream/connection-limits.js";
import { SocketTransport, type StreamListenOptions } from "../stream/socket-transport.js";
import type {
  ConnectionSecurity,
  Destination,
  Transport,
  TransportContext,
  TransportFactory,
  TransportUser,
} from "../transport.js";
import { identityFault, type KeyUsageRule } from "./peer-identity.js";
import { readSecurity } from "./read-security.js";
import { TlsContexts, type DomainCredentials } from "./tls-credentials.js";
import {
  replaceCredentials,
  tlsServerOptions,
  type ContextsInService,
  type TlsSettings,
} from "./tls-server-options.js";

/** How a TLS listener is made. */
export interface TlsOptions extends StreamListenOptions, TlsSettings {
  /** False takes any certificate of the servers that are called: for tests alone. */
  readonly verifyServer?: boolean;
  /**
   * Which extended key usages a peer's certificate may name. Deviates: `any` unless said otherwise, as public authorities
   * issue no certificate for RFC 5924's id-kp-sipDomain; `sip` insists on it.
   */
  readonly keyUsage?: KeyUsageRule;
  /** Asks the servers that are called to send their own requests by our connection: `alias` in the Via (RFC 5923). */
  readonly asksAlias?: boolean;
}

/** A TLS listener. */
export interface TlsTransport extends Transport {
  /**
   * Puts other certificates into service: for connections made from now on, those that stand keep theirs.
   * @throws EngineError `tls.certificate`; the certificates in service then stay
   */
  setSecureContext(credentials: DomainCredentials): void;
}

/** Starts a TLS listener (RFC 3261 §26.3, RFC 5922). @throws EngineError `tls.certificate` */
export function tlsTransport(options: TlsOptions): TransportFactory<TlsTransport> {
  return async (user, context) => {
    const inService = { contexts: new TlsContexts(options) };
    const { connectTimeout } = connectionLimits(options.limits, context.t1);
    const server = createServer(tlsServerOptions(options, inService, connectTimeout));
    const transport = new TlsListener({ server, inService, options }, user, context);
    await transport.listen();
    return transport;
  };
}

interface TlsListenerParts {
  readonly server: Server;
  readonly inService: ContextsInService;
  readonly options: TlsOptions;
}

class TlsListener extends SocketTransport implements TlsTransport {
  readonly protocol = "tls";
  readonly isSecure = true;
  readonly asksAlias: boolean;
  protected readonly readyEvent = "secureConnect";
  readonly #server: Server;
  readonly #inService: ContextsInService;
  readonly #verifyServer: boolean;
  readonly #keyUsage: KeyUsageRule;

  constructor({ server, inService, options }: TlsListenerParts, user: TransportUser, context: TransportContext) {
    super(server, options, user, context);
    this.#server = server;
    this.#inService = inService;
    this.#verifyServer = options.verifyServer ?? true;
    this.#keyUsage = options.keyUsage ?? "any";
    this.asksAlias = options.asksAlias ?? false;
    server.on("secureConnection", (socket) => this.accept(socket));
    server.on("tlsClientError", (error, socket) => {
      context.log.debug({ error: error.message, remote: socket.remoteAddress }, "a TLS handshake failed");
    });
  }

  setSecureContext(credentials: DomainCredentials): void {
    replaceCredentials(this.#server, this.#inService, credentials);
  }

  protected readonly readSecurity = (socket: Socket): ConnectionSecurity | undefined =>
    readSecurity(socket, this.#keyUsage);

  /** The certificate is checked against the domain that was wanted, before SRV (RFC 5922 §7.2); no octet leaves before. */
  protected dial({ address, port, domain }: Destination, localAddress: string | undefined): Socket {
    const wanted = domain ?? address;
    const options: ConnectionOptions & { readonly localAddress?: string } = {
      host: address,
      port,
      localAddress,
      servername: isIP(wanted) === 0 ? wanted : "",
      secureContext: this.#inService.contexts.own,
      rejectUnauthorized: this.#verifyServer,
      checkServerIdentity: (_host, { raw }) =>
        this.#verifyServer ? identityFault(new X509Certificate(raw), wanted, this.#keyUsage) : undefined,
    };
    return connect(options);
  }
}
