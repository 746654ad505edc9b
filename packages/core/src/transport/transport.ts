import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { Logger } from "../log/logger.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { RandomSource } from "../random/random-source.js";
import type { MachineAddresses } from "./machine-addresses.js";
import type { NetworkList } from "./network-list.js";
import type { Endpoint } from "./endpoint.js";

/**
 * What runs between two elements; `ws` and `wss` are those of RFC 7118. `sctp` and `tls-sctp` (RFC 4168) are names for
 * transports that applications bring: Node has no SCTP sockets.
 */
export type TransportProtocol = "udp" | "tcp" | "tls" | "ws" | "wss" | "sctp" | "tls-sctp";

/** The address that others shall use to reach a listener, when its own is not the one they see. */
export interface AdvertisedAddress {
  /** Name or IP address, IPv6 without brackets. */
  readonly host: string;
  /** Port; that of the listener when left out. */
  readonly port?: number;
}

/** Where a connection shall lead. */
export interface Destination extends Endpoint {
  /** The name whose certificate the peer has to show (RFC 5922 §4); the address itself when left out. */
  readonly domain?: string;
}

/** What TLS told about the peer of a connection. */
export interface ConnectionSecurity {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /**
   * The SIP domains that the peer's certificate names (RFC 5922 §7.1), when a trusted authority signed it; empty for a
   * peer without certificate.
   */
  readonly identities: readonly string[];
  /** The peer's certificate in DER. */
  readonly certificate?: Uint8Array;
  /** The name the peer asked for when it opened the connection to us (SNI). */
  readonly serverName?: string;
}

/**
 * A path to one peer: a stream connection, or a pair of UDP addresses. Connections are compared by identity except those
 * of UDP, which are made for each datagram and compared by their endpoints.
 */
export interface Connection {
  readonly transport: Transport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** False once nothing more can be sent. A connection still being made is open: what is sent waits. */
  readonly isOpen: boolean;
  /** What is known of the peer by TLS. */
  readonly security?: ConnectionSecurity;
  /** The HTTP request that opened a WebSocket connection: its headers, cookies and URL. */
  readonly handshake?: IncomingMessage;
  /** True when we opened the connection, false when the peer did; of no meaning for UDP. */
  readonly isOutgoing?: boolean;
  /**
   * Hands octets to the operating system, at once or as soon as the connection stands. `done` is called once, with an
   * error when the octets cannot leave.
   */
  send(bytes: Uint8Array, done?: (error?: EngineError) => void): void;
  /** Takes a message as it is in place of octets: a connection that leads back to this element. */
  deliver?(message: SipRequest | SipResponse, done?: (error?: EngineError) => void): void;
  /** Ends the connection after what was handed over has left; without effect on UDP. */
  close(): void;
  /**
   * Asks the peer whether it still hears us (RFC 5626 §4.4): a double CRLF on streams, a STUN binding request on UDP, a
   * ping frame on WebSockets. `done` is called once.
   */
  ping?(done: (outcome: PingOutcome) => void): void;
  /**
   * Closes the connection when nothing comes for that many milliseconds, in place of the listener's own idle time: the
   * Flow-Timer that an edge proxy promised (RFC 5626 §4.4.1). Without effect on UDP.
   */
  expectTraffic?(within: number): void;
  /**
   * Lets requests to the listening port of the peer take this connection (RFC 5923 §8). Heard only from a peer that mutual
   * TLS has authenticated.
   */
  alias?(port: number): void;
}

/** What became of a ping: where the peer sees us (UDP alone), or why there was no answer. */
export type PingOutcome =
  | { readonly kind: "answered"; readonly mapped?: Endpoint }
  | { readonly kind: "failed"; readonly error: EngineError };

/** Who hears what arrives. */
export interface TransportUser {
  /** A whole message, not yet parsed. */
  onMessage(bytes: Uint8Array, connection: Connection): void;
  /** Octets of a stream that cannot be framed; the connection closes. RFC 3261 §18.3 */
  onBrokenStream(reason: string, statusCode: number, bytes: Uint8Array, connection: Connection): void;
  /** A stream connection stands. */
  onConnectionOpened(connection: Connection): void;
  /** A stream connection ended: by an error, by the peer or by us. Told once, also when it never stood. */
  onConnectionClosed(connection: Connection, error: EngineError | undefined): void;
}

/** A listener and the connections that it accepts and makes. */
export interface Transport {
  readonly protocol: TransportProtocol;
  /** TCP, TLS, WS, WSS: no retransmissions, timers of 0 (RFC 3261 §17). */
  readonly isReliable: boolean;
  readonly isSecure: boolean;
  /** Where it listens; the port is the real one when 0 was asked for, and 0 when it does not listen at all. */
  readonly local: Endpoint;
  readonly advertised: AdvertisedAddress | undefined;
  /** Networks whose members reach the listener by its own address; they are not shown the advertised one. */
  readonly localNetworks?: NetworkList;
  /** The addresses that stand behind a wildcard such as `0.0.0.0`. */
  readonly machine?: MachineAddresses;
  /** False for a listener that cannot call: a WebSocket server (RFC 7118 §5). True when left out. */
  readonly canConnect?: boolean;
  /** True for a listener on `::` that serves IPv4 peers too. */
  readonly isDualStack?: boolean;
  /** True when our requests shall ask for connection reuse (RFC 5923 §5): `alias` in the Via. */
  readonly asksAlias?: boolean;
  /** An open connection to that destination, or a new one. Never blocks; failures are told by `onConnectionClosed`. */
  connect(destination: Destination): Connection;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** What the transport layer lends to its transports. */
export interface TransportContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomSource;
  readonly limits: ParseLimits;
  readonly machine: MachineAddresses;
  /** T1 of the transaction timers, in milliseconds: no connection is closed for idleness before 64·T1 (RFC 3261 §18). */
  readonly t1: number;
}

/** Starts a transport for a user. @throws EngineError `transport.listen`, `transport.option`, `tls.certificate` */
export type TransportFactory<T extends Transport = Transport> = (
  user: TransportUser,
  context: TransportContext,
) => Promise<T>;
