import type { IncomingMessage, Server } from "node:http";
import type { Logger, TransportFactory } from "@siplet/core";
import { wsTransport } from "@siplet/core/transport/ws";
import type { OriginPolicy, SipHandshake, SipWebSocketOptions } from "./http-options.js";
import { mayConnect } from "./origin-policy.js";

/** Who opened a WebSocket connection, as its handshake tells. JSR 359, SIP over WebSocket. */
export type HandshakeIdentity = Omit<SipHandshake, "request">;

/** What SIP over WebSocket on the HTTP port needs. */
export interface SipWebSocketParts {
  readonly server: Server;
  readonly isSecure: boolean;
  readonly options: SipWebSocketOptions;
  readonly allowedOrigins: OriginPolicy;
  readonly publicUrl: URL | undefined;
  readonly log: Logger;
  /** Who opens a connection: by its cookies. */
  readonly identify: (request: IncomingMessage) => Promise<HandshakeIdentity>;
}

/** SIP over WebSocket on the HTTP port (RFC 7118): who opened each connection is known before it stands. */
export class SipWebSocket {
  readonly transport: TransportFactory;
  readonly #parts: SipWebSocketParts;

  constructor(parts: SipWebSocketParts) {
    const { server, isSecure, options } = parts;
    this.#parts = parts;
    this.transport = wsTransport({
      server,
      protocol: isSecure ? "wss" : "ws",
      path: options.path,
      allowedOrigins: (_origin, request) => this.#isAllowed(request),
      acceptHandshake: (request) => this.#accept(request),
    });
  }

  #isAllowed(request: IncomingMessage): boolean {
    const { options, allowedOrigins, publicUrl, log } = this.#parts;
    if (mayConnect(options.allowedOrigins ?? allowedOrigins, request, publicUrl)) return true;
    logRefusal(log, request);
    return false;
  }

  async #accept(request: IncomingMessage): Promise<boolean> {
    const identity = await this.#parts.identify(request);
    // The messages of the connection tell it by their SipWebSocketContext, as express-session writes it.
    Object.assign(request, { userPrincipal: identity.userPrincipal, sessionID: identity.httpSessionId });
    return (await this.#parts.options.accept?.({ request, ...identity })) ?? true;
  }
}

/** Says which page was refused, and the mend. */
export function logRefusal(log: Logger, { headers, url }: IncomingMessage): void {
  const fields = { origin: headers.origin, host: headers.host, url };
  log.warn(
    fields,
    "a WebSocket handshake of a page from elsewhere was refused; name its origin in http.allowedOrigins",
  );
}
