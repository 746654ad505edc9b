import type { Clock } from "../../clock/clock.js";
import { hopKey, type NextHop } from "./next-hop.js";

/** How long a server that failed is avoided; times in milliseconds. */
export interface PenaltyLimits {
  /** After the first failure; each one that follows within `longestPenalty` of its end doubles it. */
  readonly firstPenalty: number;
  readonly longestPenalty: number;
  /** A longer Retry-After is cut to this. */
  readonly longestBar: number;
  /** Servers remembered; the one that failed first leaves first. */
  readonly maxServers: number;
}

/** `open`: use it; `penalised`: it failed lately, use it last; `barred`: it asked not to be used for a while. */
export type HopStanding = "open" | "penalised" | "barred";

/** What is known of a failure. */
export interface HopFailure {
  /** Seconds, from the Retry-After of a 503 (RFC 3261 §21.5.4). */
  readonly retryAfter?: number;
}

interface Conduct {
  failures: number;
  penalisedUntil: number;
  barredUntil: number;
}

const defaultLimits: PenaltyLimits = {
  firstPenalty: 30_000,
  longestPenalty: 300_000,
  longestBar: 3_600_000,
  maxServers: 10_000,
};

/** Remembers which servers failed or asked for a rest: RFC 3263 §4.3, RFC 3261 §21.5.4. */
export class ServerPenalties {
  readonly #clock: Clock;
  readonly #limits: PenaltyLimits;
  readonly #records = new Map<string, Conduct>();

  constructor(clock: Clock, limits: Partial<PenaltyLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Bars the server if it said for how long, else takes it as dead for a while. */
  reportFailure(hop: NextHop, { retryAfter }: HopFailure = {}): void {
    const now = this.#clock.monotonic();
    const record = this.#recordOf(hopKey(hop));
    if (retryAfter !== undefined && retryAfter >= 0) {
      const bar = Math.min(retryAfter * 1000, this.#limits.longestBar);
      record.barredUntil = Math.max(record.barredUntil, now + bar);
      return;
    }
    // Requests that were under way together fail together: that is one failure.
    const { firstPenalty, longestPenalty } = this.#limits;
    if (record.penalisedUntil + longestPenalty <= now) record.failures = 0;
    if (record.penalisedUntil <= now) record.failures++;
    const penalty = Math.min(firstPenalty * 2 ** (record.failures - 1), longestPenalty);
    record.penalisedUntil = Math.max(record.penalisedUntil, now + penalty);
  }

  /** Ends a penalty and its growth. A bar stays: the server itself asked for it. */
  reportSuccess(hop: NextHop): void {
    if (this.#records.size === 0) return;
    const key = hopKey(hop);
    const record = this.#records.get(key);
    if (record === undefined) return;
    record.failures = 0;
    record.penalisedUntil = 0;
    if (record.barredUntil <= this.#clock.monotonic()) this.#records.delete(key);
  }

  standingOf(hop: NextHop): HopStanding {
    if (this.#records.size === 0) return "open";
    const record = this.#records.get(hopKey(hop));
    if (record === undefined) return "open";
    const now = this.#clock.monotonic();
    if (record.barredUntil > now) return "barred";
    return record.penalisedUntil > now ? "penalised" : "open";
  }

  /** Milliseconds until the server may be used again; zero unless it is barred. */
  barOf(hop: NextHop): number {
    const record = this.#records.get(hopKey(hop));
    return record === undefined ? 0 : Math.max(0, record.barredUntil - this.#clock.monotonic());
  }

  #recordOf(key: string): Conduct {
    const known = this.#records.get(key);
    if (known) return known;
    if (this.#records.size >= this.#limits.maxServers) this.#makeRoom();
    const record: Conduct = { failures: 0, penalisedUntil: 0, barredUntil: 0 };
    this.#records.set(key, record);
    return record;
  }

  /** Drops what is over; if nothing is, the oldest. */
  #makeRoom(): void {
    const now = this.#clock.monotonic();
    const [oldest] = this.#records.keys();
    for (const [key, { penalisedUntil, barredUntil }] of this.#records) {
      if (penalisedUntil <= now && barredUntil <= now) this.#records.delete(key);
    }
    if (this.#records.size >= this.#limits.maxServers && oldest !== undefined) this.#records.delete(oldest);
  }
}
