import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";
import type { Clock } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { RandomSource } from "../../random/random-source.js";
import { systemRandom } from "../../random/system-random.js";

/** How nonces are made. */
export interface NonceIssuerOptions {
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** How long a nonce is good for, in milliseconds; five minutes by default. */
  readonly lifetime?: number;
  /**
   * Keys of at least 16 bytes, shared by the engines that are to know each other's nonces: the first signs, all
   * check. One random key by default.
   */
  readonly keys?: readonly Uint8Array[];
}

/** What a nonce turned out to be. */
export type NonceState =
  | {
      readonly kind: "fresh" | "expired";
      /** The nonce as a text of its own. */
      readonly nonce: string;
      readonly issuedAt: number;
      readonly expiresAt: number;
    }
  /** Not made with a key of ours, or made for another binding. */
  | { readonly kind: "unknown" };

interface NonceKey {
  readonly secret: KeyObject;
  /** When it stopped signing. */
  retiredAt: number;
}

const timeBytes = 6;
const saltBytes = 6;
const signatureBytes = 18;
const signatureStart = timeBytes + saltBytes;
const nonceBytes = signatureStart + signatureBytes;
const nonceLength = (nonceBytes * 4) / 3;
const keyBytes = 32;
const shortestKey = 16;
const defaultLifetime = 300_000;
/** How far the clocks of engines that share keys may differ. */
const clockSkew = 60_000;

const unknown: NonceState = { kind: "unknown" };

/**
 * Makes nonces that need no memory: time, salt and an HMAC over both and over what the nonce is bound to (RFC 7616 §3.3,
 * §5.4). Any engine with the same keys can check them.
 */
export class NonceIssuer {
  readonly lifetime: number;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  #keys: NonceKey[];

  constructor(options: NonceIssuerOptions = {}) {
    this.lifetime = options.lifetime ?? defaultLifetime;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#keys = (options.keys ?? [this.#freshKey()]).map(nonceKey);
    if (this.#keys.length === 0) throw new EngineError("auth.configuration", { detail: "no nonce key" });
  }

  /** A nonce that is good for requests with the same `binding`: the realm, and whatever else shall not change. */
  issue(binding: string): string {
    const bytes = Buffer.alloc(nonceBytes);
    bytes.writeUIntBE(this.#clock.now(), 0, timeBytes);
    bytes.write(this.#random.hex(saltBytes), timeBytes, "hex");
    const [current] = this.#keys;
    if (current !== undefined) bytes.set(sign(current, bytes, binding), signatureStart);
    return bytes.toString("base64url");
  }

  /** Tells whether a nonce is ours, and whether its time has passed. */
  check(nonce: string, binding: string): NonceState {
    if (nonce.length !== nonceLength) return unknown;
    const bytes = Buffer.from(nonce, "base64url");
    // The decoder takes more than one spelling; only ours may count as this nonce.
    const ownText = bytes.toString("base64url");
    const now = this.#clock.now();
    if (ownText !== nonce || !this.#isSigned(bytes, binding, now)) return unknown;
    const issuedAt = bytes.readUIntBE(0, timeBytes);
    const expiresAt = issuedAt + this.lifetime;
    const isFresh = expiresAt > now && issuedAt <= now + clockSkew;
    return { kind: isFresh ? "fresh" : "expired", nonce: ownText, issuedAt, expiresAt };
  }

  /** Signs with another key from now on, a random one by default. Nonces of the keys before stay good for their lifetime. */
  rotate(key: Uint8Array = this.#freshKey()): void {
    const now = this.#clock.now();
    const [current, ...retired] = this.#keys;
    if (current !== undefined) current.retiredAt = now;
    const kept = retired.filter((one) => this.#stillChecks(one, now));
    this.#keys = [nonceKey(key), ...(current === undefined ? [] : [current]), ...kept];
  }

  #isSigned(bytes: Buffer, binding: string, now: number): boolean {
    const signature = bytes.subarray(signatureStart);
    return this.#keys.some(
      (key) => this.#stillChecks(key, now) && timingSafeEqual(sign(key, bytes, binding), signature),
    );
  }

  #stillChecks(key: NonceKey, now: number): boolean {
    return key.retiredAt + this.lifetime >= now;
  }

  #freshKey(): Uint8Array {
    return Buffer.from(this.#random.hex(keyBytes), "hex");
  }
}

function nonceKey(key: Uint8Array): NonceKey {
  if (key.length < shortestKey) {
    throw new EngineError("auth.configuration", {
      detail: `a nonce key of ${key.length} bytes, at least ${shortestKey}`,
    });
  }
  return { secret: createSecretKey(key), retiredAt: Number.POSITIVE_INFINITY };
}

function sign(key: NonceKey, bytes: Buffer, binding: string): Buffer {
  const hmac = createHmac("sha256", key.secret);
  return hmac.update(bytes.subarray(0, signatureStart)).update(binding).digest().subarray(0, signatureBytes);
}
