import type { EngineError } from "../errors/engine-error.js";
import type { Endpoint } from "./endpoint.js";

/** What runs between two elements; `ws` and `wss` are those of RFC 7118. */
export type TransportProtocol = "udp" | "tcp" | "tls" | "ws" | "wss" | "sctp";

/** The address that others shall use to reach a listener, when its own is not the one they see. */
export interface AdvertisedAddress {
  /** Name or IP address, IPv6 without brackets. */
  readonly host: string;
  /** Port; that of the listener when left out. */
  readonly port?: number;
}

/** Where a connection shall lead. */
export interface Destination extends Endpoint {
  /** The name whose certificate the peer has to show (RFC 5922 §4). */
  readonly domain?: string;
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
  /**
   * Hands octets to the operating system, at once or as soon as the connection stands. `done` is called once, with an
   * error when the octets cannot leave.
   */
  send(bytes: Uint8Array, done?: (error?: EngineError) => void): void;
  /** Ends the connection after what was handed over has left; without effect on UDP. */
  close(): void;
}

/** Who hears what arrives. */
export interface TransportUser {
  /** A whole message, not yet parsed. */
  onMessage(bytes: Uint8Array, connection: Connection): void;
  /** Octets of a stream that cannot be framed; the connection closes. RFC 3261 §18.3 */
  onBrokenStream(
    reason: string,
    statusCode: number,
    bytes: Uint8Array,
    connection: Connection,
  ): void;
  /** A stream connection stands. */
  onConnectionOpened(connection: Connection): void;
  /** A stream connection ended: by an error, by the peer or by us. Told once. */
  onConnectionClosed(connection: Connection, error: EngineError | undefined): void;
}

/** A listener and the connections that it accepts and makes. */
export interface Transport {
  readonly protocol: TransportProtocol;
  /** TCP, TLS, WS, WSS: no retransmissions, timers of 0 (RFC 3261 §17). */
  readonly isReliable: boolean;
  readonly isSecure: boolean;
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly local: Endpoint;
  readonly advertised: AdvertisedAddress | undefined;
  /** An open connection to that destination, or a new one. Never blocks; failures are told by `onConnectionClosed`. */
  connect(destination: Destination): Connection;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Starts a transport for a user. @throws EngineError `transport.listen` */
export type TransportFactory = (user: TransportUser) => Promise<Transport>;
