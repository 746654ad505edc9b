import type { IncomingMessage, Server } from "node:http";
import type { Server as SecureServer, ServerOptions as SecureServerOptions } from "node:https";
import type { Principal } from "../../api/sip-web-socket-context.js";
import type { HttpRouter } from "../../model/application-definition.js";
import type { HttpSessionOptions } from "../session/http-session-options.js";

/**
 * Which web pages may open WebSocket connections, by the Origin their browsers send: those that came from this server, all
 * of them, a list such as `https://phone.example.com`, or a function that decides. Programs that are no browsers send no
 * Origin and may always.
 */
export type OriginPolicy =
  | "same-origin"
  | "*"
  | readonly string[]
  | ((origin: string, request: IncomingMessage) => boolean);

/** SIP over WebSocket on the HTTP port: upgrades with the sub-protocol `sip`. RFC 7118. */
export interface SipWebSocketOptions {
  /** The path that clients ask for; any when left out. */
  readonly path?: string;
  /** Instead of the policy for all upgrades. */
  readonly allowedOrigins?: OriginPolicy;
  /** The last word on a handshake, once it is known who opens it. */
  readonly accept?: (handshake: SipHandshake) => boolean | Promise<boolean>;
}

/** A WebSocket handshake for SIP, with what the HTTP side knows of it. */
export interface SipHandshake {
  readonly request: IncomingMessage;
  readonly userPrincipal: Principal | undefined;
  readonly httpSessionId: string | undefined;
}

/** The HTTP side of a container. */
export interface HttpOptions {
  /** Where to listen: `127.0.0.1:8080`, `[::1]:8080`, `:8080` for all addresses, a port; 0 means any free one. */
  readonly listen?: string | number;
  /** Key and certificate: then HTTPS and WSS are spoken. */
  readonly tls?: SecureServerOptions;
  /** A server that is there already, instead of `listen`: the container adds itself and leaves opening and closing to you. */
  readonly server?: Server | SecureServer;
  /** An Express application that is there already: it gets what no application of the container takes. */
  readonly app?: HttpRouter;
  /** The base of its URLs where a proxy stands in front: `https://phone.example.com`. */
  readonly publicUrl?: string | URL;
  /** Which proxies in front are believed, as Express has it: `loopback`, a number of hops, addresses. None when left out. */
  readonly trustProxy?: boolean | number | string | readonly string[];
  readonly session?: HttpSessionOptions;
  /** Which pages may open WebSocket connections; those of this server when left out. */
  readonly allowedOrigins?: OriginPolicy;
  /** SIP over WebSocket on the same port; true when left out. */
  readonly sip?: boolean | SipWebSocketOptions;
  /** The largest JSON or form body taken, such as `100kb`, which it is when left out. */
  readonly bodyLimit?: string | number;
  /** Who a request or handshake comes from; the `principal` of its HTTP session when left out. */
  readonly principalOf?: (request: IncomingMessage) => Principal | undefined | Promise<Principal | undefined>;
}
