import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import type { ListenOptions } from "../listener/listener.js";
import { connectionLimits } from "../stream/connection-limits.js";
import { TlsContexts, type DomainCredentials } from "../tls/tls-credentials.js";
import {
  replaceCredentials,
  tlsServerOptions,
  type ContextsInService,
  type TlsSettings,
} from "../tls/tls-server-options.js";
import type { Transport, TransportFactory } from "../transport.js";
import { WsListener, type WsListenerOptions, type WsListenerParts } from "./ws-listener.js";

/** A WebSocket listener with an HTTP server of its own. */
export interface WsOptions extends WsListenerOptions, Pick<ListenOptions, "address" | "port" | "dualStack"> {}

/** A WebSocket listener on an HTTP server that is there already. */
export interface GivenServerOptions extends WsListenerOptions {
  readonly server: Server | SecureServer;
  /**
   * What clients see: `wss` for a server of Node's `https`, else `ws`. To be stated where a balancer in front of the server
   * ends TLS.
   */
  readonly protocol?: "ws" | "wss";
}

/** A secure WebSocket listener with an HTTPS server of its own. */
export interface WssOptions extends WsOptions, TlsSettings {}

/** A secure WebSocket listener. */
export interface WssTransport extends Transport {
  /** Puts other certificates into service for new connections. @throws EngineError `tls.certificate` */
  setSecureContext(credentials: DomainCredentials): void;
}

/** Starts a WebSocket listener (RFC 7118), on a server of its own or on one that is given. */
export function wsTransport(options: WsOptions | GivenServerOptions): TransportFactory {
  return async (user, context) => {
    if ("server" in options) {
      const protocol = options.protocol ?? (options.server instanceof SecureServer ? "wss" : "ws");
      const address = { address: "0.0.0.0", port: 0 };
      const parts = { server: options.server, ownsServer: false, protocol, options: { ...options, ...address } };
      return new WsListener({ ...parts, user, context });
    }
    const { connectTimeout } = connectionLimits(options.limits, context.t1);
    const server = createServer({ headersTimeout: connectTimeout, requestTimeout: connectTimeout }, askForUpgrade);
    const listener = new WsListener({ server, ownsServer: true, protocol: "ws", options, user, context });
    await listener.listen();
    return listener;
  };
}

/** Starts a secure WebSocket listener (RFC 7118) with a server of its own. @throws EngineError `tls.certificate` */
export function wssTransport(options: WssOptions): TransportFactory<WssTransport> {
  return async (user, context) => {
    const { connectTimeout } = connectionLimits(options.limits, context.t1);
    const inService = { contexts: new TlsContexts(options) };
    const timeouts = { headersTimeout: connectTimeout, requestTimeout: connectTimeout };
    const tls = tlsServerOptions(options, inService, connectTimeout);
    const server = createSecureServer({ ...tls, ...timeouts }, askForUpgrade);
    const listener = new WssListener({ server, ownsServer: true, protocol: "wss", options, user, context }, inService);
    await listener.listen();
    return listener;
  };
}

class WssListener extends WsListener implements WssTransport {
  readonly #server: SecureServer;
  readonly #inService: ContextsInService;

  constructor(parts: WsListenerParts & { readonly server: SecureServer }, inService: ContextsInService) {
    super(parts);
    this.#server = parts.server;
    this.#inService = inService;
  }

  setSecureContext(credentials: DomainCredentials): void {
    replaceCredentials(this.#server, this.#inService, credentials);
  }
}

/** Plain HTTP is not served here (RFC 9110 §15.5.22). */
function askForUpgrade(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Upgrade: "websocket", Connection: "Upgrade, close" }).end();
}
