import type { Clock, EngineError, Endpoint, TransportProtocol } from "@siplet/core";

/** Callback of a send: once, with an error when the octets cannot leave. */
export type SendCallback = (error?: EngineError) => void;

/** Octets on their way out. */
export interface Load {
  readonly bytes: Uint8Array;
  readonly done?: SendCallback;
}

/** What a listener is for the network. */
export interface NetworkListener {
  readonly protocol: TransportProtocol;
  readonly local: Endpoint;
  /** A datagram arrives. */
  receiveDatagram(bytes: Uint8Array, from: Endpoint): void;
  /** Somebody connects; gives the near end of the new connection. */
  accept(far: StreamEnd): StreamEnd;
}

/** One end of a stream connection, as the other end and the network see it. */
export interface StreamEnd {
  readonly protocol: TransportProtocol;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Where its listener stands: the column of the trace. */
  readonly home: Endpoint;
  /** Octets arrive. */
  receive(bytes: Uint8Array): void;
  /** The connection is over: ended by the peer, or broken. */
  ended(error: EngineError | undefined): void;
  /** Ends both sides by a fault. */
  break(reason: string): void;
}

/** What becomes of a message: when its copies arrive, in milliseconds from now; or that it cannot be sent at all. */
export type Journey = readonly number[] | "fails";

/** What lies between the listeners. */
export interface NetworkMedium {
  readonly clock: Clock;
  /** Octets of a stream that arrive in one piece at most. */
  readonly chunkSize: number;
  /** A port nobody uses. */
  takePort(): number;
  sendDatagram(from: NetworkListener, to: Endpoint, load: Load): void;
  /** The listener that takes a connection; undefined when it is refused. */
  findListener(protocol: TransportProtocol, destination: Endpoint): NetworkListener | undefined;
  /** Milliseconds from one end to the other for what is no message. */
  delayBetween(from: Endpoint, to: Endpoint): number;
  /** Does something once the path is not cut: at once, or when it heals. */
  whenOpen(from: Endpoint, to: Endpoint, action: () => void): void;
  /** Decides about a message in a stream and notes it in the trace. */
  planStream(from: StreamEnd, to: StreamEnd, bytes: Uint8Array): Journey;
  /** Remembers a connection, so that it can be reset. */
  adopt(one: StreamEnd, other: StreamEnd): void;
  forget(end: StreamEnd): void;
  /** Takes a listener away. */
  close(listener: NetworkListener): void;
}
