import type { Clock } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import type { NonceRegister, NonceUse } from "./nonce-register.js";

/** How much a register keeps. */
export interface MemoryNonceRegisterOptions {
  readonly clock?: Clock;
  /** How many nonces are kept; 100,000 by default. */
  readonly capacity?: number;
  /**
   * How far a count may lie behind the highest one seen, up to 32, for requests that overtake each other. By default 0:
   * each must be higher than all before (RFC 7616 §3.4).
   */
  readonly window?: number;
}

interface NonceEntry {
  highest: number;
  /** Bit n tells whether the count `highest - n` was used. */
  used: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const defaultCapacity = 100_000;
const widestWindow = 32;
/** No count comes after it: the mark of a nonce that was used without qop. */
const usedUp = Number.MAX_SAFE_INTEGER;

/**
 * Nonce counts in memory, bounded. Entries go when their nonce expires. If there are still too many, the oldest go
 * before their time, and with them every nonce as old as theirs that is not kept: it counts as used, so that leaving
 * entries out never opens a replay.
 */
export class MemoryNonceRegister implements NonceRegister {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #window: number;
  readonly #entries = new Map<string, NonceEntry>();
  #forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(options: MemoryNonceRegisterOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#capacity = Math.max(1, options.capacity ?? defaultCapacity);
    this.#window = Math.min(widestWindow, options.window ?? 0);
  }

  /** How many nonces are kept. */
  get size(): number {
    return this.#entries.size;
  }

  admit(use: NonceUse): boolean {
    const entry = this.#entries.get(use.nonce);
    if (entry !== undefined) return use.count !== undefined && admitCount(entry, use.count, this.#window);
    if (use.count === 0 || use.issuedAt <= this.#forgottenUntil) return false;
    this.#makeRoom();
    const { issuedAt, expiresAt, count = usedUp } = use;
    this.#entries.set(use.nonce, { highest: count, used: 1, issuedAt, expiresAt });
    return true;
  }

  /** Entries stand in the order of first use, so that most that expired stand in front. */
  #makeRoom(): void {
    const now = this.#clock.now();
    for (const [nonce, entry] of this.#entries) {
      const isFull = this.#entries.size >= this.#capacity;
      if (entry.expiresAt > now && !isFull) return;
      if (entry.expiresAt > now) this.#forgottenUntil = Math.max(this.#forgottenUntil, entry.issuedAt);
      this.#entries.delete(nonce);
    }
  }
}

function admitCount(entry: NonceEntry, count: number, window: number): boolean {
  const ahead = count - entry.highest;
  if (ahead > 0) {
    entry.used = ahead < widestWindow ? ((entry.used << ahead) | 1) >>> 0 : 1;
    entry.highest = count;
    return true;
  }
  const bit = 2 ** -ahead;
  if (count === 0 || -ahead >= Math.max(1, window) || (entry.used & bit) !== 0) return false;
  entry.used = (entry.used | bit) >>> 0;
  return true;
}
