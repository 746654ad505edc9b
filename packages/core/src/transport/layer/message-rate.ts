import type { Clock } from "../../clock/clock.js";
import type { Connection } from "../transport.js";
import type { Admission } from "./transport-layer.js";

/** How many messages one peer may send. */
export interface MessageRateOptions {
  readonly clock: Clock;
  /** Messages a second that a connection, or over UDP a source address, may send in the long run. */
  readonly perSecond: number;
  /** Messages that may come at once after a silence; twice `perSecond` when left out. */
  readonly burst?: number;
  /** What becomes of what is too much; over UDP it is always dropped. */
  readonly excess?: "drop" | "close";
}

interface Allowance {
  left: number;
  at: number;
}

/** How many UDP sources are remembered; beyond, all begin anew. */
const remembered = 100_000;

/** Makes a check for `TransportLayerOptions.admit` that limits the message rate of each peer. */
export function messageRateLimit(
  options: MessageRateOptions,
): (bytes: Uint8Array, connection: Connection) => Admission {
  const { clock, perSecond, burst = 2 * perSecond, excess = "drop" } = options;
  const streams = new WeakMap<Connection, Allowance>();
  const sources = new Map<string, Allowance>();

  const allowanceOf = (connection: Connection, now: number): Allowance => {
    const { isReliable } = connection.transport;
    const known = isReliable ? streams.get(connection) : sources.get(connection.remote.address);
    if (known !== undefined) return known;
    const fresh = { left: burst, at: now };
    if (isReliable) streams.set(connection, fresh);
    else {
      if (sources.size >= remembered) sources.clear();
      sources.set(connection.remote.address, fresh);
    }
    return fresh;
  };

  return (_bytes, connection) => {
    const now = clock.monotonic();
    const allowance = allowanceOf(connection, now);
    allowance.left = Math.min(burst, allowance.left + ((now - allowance.at) * perSecond) / 1000);
    allowance.at = now;
    if (allowance.left >= 1) {
      allowance.left--;
      return "take";
    }
    return connection.transport.isReliable ? excess : "drop";
  };
}
