import type { Clock, TimerHandle } from "@siplet/core";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

const minute = 60_000;
/** Node counts delays in 31 bits; a longer one would fire at once. */
const longestDelay = 2_147_483_647;
/** What `setExpires` grants for "never" (JSR 289 §6.3). */
export const neverExpires = 2_147_483_647;

/** Whose life it is. */
export interface Expiring {
  onExpired(): void;
}

/**
 * When an application session expires (JSR 289 §6.3). Its one timer is armed lazily: an access only moves the time, the
 * timer finds that out when it fires and arms itself for the rest.
 */
export class SessionExpiry {
  readonly #clock: Clock;
  readonly #session: Expiring;
  #lifetime: number;
  #expirationTime: number;
  #timer: TimerHandle | undefined;
  #isExpiring = false;

  static readonly #onTimer = (self: SessionExpiry): void => self.#check();

  /** @param minutes life after the last access; 0 or less: for ever */
  constructor(clock: Clock, minutes: number, session: Expiring) {
    this.#clock = clock;
    this.#session = session;
    this.#lifetime = minutes > 0 ? minutes * minute : 0;
    this.#expirationTime = this.#lifetime === 0 ? 0 : clock.now() + this.#lifetime;
    if (this.#lifetime > 0) this.#arm(this.#lifetime);
  }

  /** Milliseconds since 1970; 0 = never; the smallest number there is once it has expired. */
  get time(): number {
    return this.#isExpiring ? Number.MIN_SAFE_INTEGER : this.#expirationTime;
  }

  /** Milliseconds; 0 = for ever. */
  get lifetime(): number {
    return this.#lifetime;
  }

  /** An access: the time moves on, unless the session is just expiring. */
  touch(now: number): void {
    if (this.#lifetime > 0 && !this.#isExpiring) this.#expirationTime = now + this.#lifetime;
  }

  /** Expires that many minutes from now; 0 or less: never. Gives what was granted. */
  set(minutes: number): number {
    if (typeof minutes !== "number" || Number.isNaN(minutes)) {
      throw new IllegalArgumentError("argument.invalid", { detail: `setExpires(${String(minutes)}) needs minutes` });
    }
    const isNever = !(minutes > 0) || minutes >= neverExpires;
    this.#isExpiring = false;
    this.restore(isNever ? 0 : minutes * minute, isNever ? 0 : this.#clock.now() + minutes * minute);
    return isNever ? neverExpires : minutes;
  }

  /** Takes over what another container wrote down. */
  restore(lifetime: number, time: number): void {
    this.#lifetime = lifetime;
    this.#expirationTime = time;
    this.stop();
    if (lifetime > 0) this.#arm(Math.max(0, time - this.#clock.now()));
  }

  /** The time has come, from now until `end` nothing but `set` prolongs the life. */
  begin(): void {
    this.#isExpiring = true;
  }

  /** Whether nobody prolonged the life since `begin`. */
  end(): boolean {
    const isExpired = this.#isExpiring;
    this.#isExpiring = false;
    return isExpired;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the time has really come: an access while the expiry waited for its turn puts it off. */
  get isDue(): boolean {
    return this.#lifetime > 0 && this.#expirationTime <= this.#clock.now();
  }

  /** Looks again when the time comes: it was put off. */
  rearm(): void {
    if (this.#timer === undefined && this.#lifetime > 0) {
      this.#arm(Math.max(0, this.#expirationTime - this.#clock.now()));
    }
  }

  #arm(delay: number): void {
    this.#timer = this.#clock.setTimeout(SessionExpiry.#onTimer, Math.min(delay, longestDelay), this);
  }

  #check(): void {
    this.#timer = undefined;
    if (this.isDue) this.#session.onExpired();
    else this.rearm();
  }
}
