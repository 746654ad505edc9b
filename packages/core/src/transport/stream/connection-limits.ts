import { EngineError } from "../../errors/engine-error.js";

/** What one listener of streams allows. Times are milliseconds. */
export interface ConnectionLimits {
  /** A connection closes when nothing has passed for that long; 5 minutes, and never below 64·T1 (RFC 3261 §18). */
  readonly idleTimeout: number;
  /** How long a message may take from its first octet to its last; 10 seconds. */
  readonly messageTimeout: number;
  /** How long a connection may take to be made, TLS and WebSocket handshake included; 10 seconds. */
  readonly connectTimeout: number;
  /** Octets that may wait for a slow reader before its connection is cut; 1 MiB. */
  readonly writeBuffer: number;
  /** Connections that peers may hold at the listener; 65,536. */
  readonly connections: number;
  /** Connections that one address may hold at the listener; 5,000. */
  readonly connectionsPerSource: number;
}

const defaults: ConnectionLimits = {
  idleTimeout: 300_000,
  messageTimeout: 10_000,
  connectTimeout: 10_000,
  writeBuffer: 1024 * 1024,
  connections: 65_536,
  connectionsPerSource: 5000,
};

/** Fills in what was not said. @throws EngineError `transport.option` */
export function connectionLimits(wanted: Partial<ConnectionLimits> | undefined, t1: number): ConnectionLimits {
  const limits = { ...defaults, ...wanted };
  for (const [name, value] of Object.entries(limits)) {
    if (value > 0) continue;
    throw new EngineError("transport.option", { detail: `${name} is ${value}; take a number above 0` });
  }
  if (limits.idleTimeout < 64 * t1) {
    throw new EngineError("transport.option", {
      detail: `idleTimeout is ${limits.idleTimeout} ms; transactions need at least 64·T1 = ${64 * t1} ms`,
    });
  }
  return limits;
}
