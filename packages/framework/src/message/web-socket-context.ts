import type { IncomingMessage } from "node:http";
import type { Connection } from "@siplet/core";
import { SipWebSocketContext, type Principal } from "../api/sip-web-socket-context.js";

/** A handshake that a check of the listener, or the HTTP side, has told more about. */
interface KnownHandshake extends IncomingMessage {
  /** Who opened the connection, where `acceptHandshake` found that out. */
  readonly userPrincipal?: Principal;
  /** The HTTP session that a session middleware found, as express-session writes it. */
  readonly sessionID?: string;
}

/** What the handshake of a WebSocket connection told (RFC 7118 §7). */
class ContainerSipWebSocketContext extends SipWebSocketContext {
  readonly #handshake: KnownHandshake;
  #cookies: Readonly<Record<string, string>> | undefined;

  constructor(handshake: KnownHandshake) {
    super();
    this.#handshake = handshake;
  }

  get requestUri(): string {
    return this.#handshake.url ?? "/";
  }

  get headers(): Readonly<Record<string, string | readonly string[] | undefined>> {
    return this.#handshake.headers;
  }

  get cookies(): Readonly<Record<string, string>> {
    return (this.#cookies ??= readCookies(this.#handshake.headers.cookie ?? ""));
  }

  get userPrincipal(): Principal | undefined {
    return this.#handshake.userPrincipal;
  }

  get httpSessionId(): string | undefined {
    return this.#handshake.sessionID;
  }
}

/** The context of the WebSocket connection a message came by; undefined for any other connection. */
export function webSocketContextOf(connection: Connection | undefined): SipWebSocketContext | undefined {
  const handshake = connection?.handshake;
  return handshake && new ContainerSipWebSocketContext(handshake);
}

/** The pairs of a Cookie header (RFC 6265 §4.2); what is not percent-encoded stays as it is. */
function readCookies(header: string): Readonly<Record<string, string>> {
  const cookies: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of header.split(";")) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*"?(.*?)"?\s*$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) cookies[name] ??= decoded(value);
  }
  return cookies;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
