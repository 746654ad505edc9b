/**
 * The WebSocket connection a message arrived on. JSR 359 §SIP over WebSocket, RFC 7118. The members are a proposal; the
 * JSR confirms the type and that it links the handshake to the messages.
 */
export abstract class SipWebSocketContext {
  /** Path and query of the handshake request. */
  abstract readonly requestUri: string;
  /** Header fields of the handshake request, names in lower case. */
  abstract readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Cookies of the handshake request, decoded. */
  abstract readonly cookies: Readonly<Record<string, string>>;
  /** Who the handshake was authenticated as. */
  abstract readonly userPrincipal: Principal | undefined;
  /** Id of the HTTP session the handshake belongs to, in a converged application. */
  abstract readonly httpSessionId: string | undefined;
}

/** Who a message or a connection was authenticated as. Java: `java.security.Principal`. */
export interface Principal {
  readonly name: string;
}
