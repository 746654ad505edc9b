import type { Connection } from "../transport.js";

/** Between which times, in milliseconds, the next ping is due. */
export interface PingInterval {
  readonly least: number;
  readonly most: number;
}

/** What sets the pace of keep-alives. */
export interface PingTiming {
  /** Flow-Timer of the 2xx to REGISTER, or the value of `keep` in our Via (RFC 6223), in seconds; 0 states none. */
  readonly flowTimer?: number;
  /** The device saves its battery: streams are pinged as seldom as RFC 5626 allows. */
  readonly savesPower?: boolean;
}

/**
 * The pace of keep-alives (RFC 5626 §4.4): 80 to 100 % of the Flow-Timer; without one 95 to 120 s on streams, 672 to 840 s
 * to spare a battery; 24 to 29 s on UDP.
 */
export function pingInterval(
  isReliable: boolean,
  { flowTimer = 0, savesPower = false }: PingTiming = {},
): PingInterval {
  if (flowTimer > 0) return { least: flowTimer * 800, most: flowTimer * 1000 };
  if (!isReliable) return { least: 24_000, most: 29_000 };
  return savesPower ? { least: 672_000, most: 840_000 } : { least: 95_000, most: 120_000 };
}

/** What an edge adds to the Flow-Timer it promised before it drops a flow, in milliseconds. */
const grace = 5000;

/** Drops a stream on which nothing came for the Flow-Timer (seconds) that the 2xx to REGISTER stated (RFC 5626 §5.4). */
export function expectKeepAlives(connection: Connection, flowTimer: number): void {
  connection.expectTraffic?.(flowTimer * 1000 + grace);
}
