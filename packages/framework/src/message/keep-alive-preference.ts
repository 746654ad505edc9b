import { readSessionTimer, type SipMessage } from "@siplet/core";
import type { Refresher, SessionKeepAlivePreference } from "../api/session-keep-alive.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** The message behind a preference. */
export interface PreferenceOwner {
  requireOpen(what: string): void;
}

/** What a message shall negotiate for the session timer, or has negotiated (JSR 359, RFC 4028). */
export class ContainerKeepAlivePreference implements SessionKeepAlivePreference {
  readonly #owner: PreferenceOwner;
  #enabled: boolean;
  #expiration: number | undefined;
  #minimumExpiration: number | undefined;
  #refresher: Refresher | undefined;

  /** @param isRunning a timer of the session runs: messages keep it going unless told otherwise */
  constructor(owner: PreferenceOwner, isRunning = false) {
    this.#owner = owner;
    this.#enabled = isRunning;
  }

  /** What a received message says. */
  static ofReceived(owner: PreferenceOwner, message: SipMessage): ContainerKeepAlivePreference {
    const { seconds, refresher, minimum } = readSessionTimer(message);
    const preference = new ContainerKeepAlivePreference(owner, seconds !== undefined);
    preference.#expiration = seconds;
    preference.#refresher = refresher === undefined ? undefined : refresher === "uac" ? "UAC" : "UAS";
    preference.#minimumExpiration = message.field("min-se") === undefined ? undefined : minimum;
    return preference;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(enabled: boolean) {
    this.#requireOpen();
    this.#enabled = enabled;
  }

  get expiration(): number | undefined {
    return this.#expiration;
  }

  set expiration(seconds: number | undefined) {
    this.#requireOpen();
    this.#expiration = requireSeconds(seconds);
  }

  get minimumExpiration(): number | undefined {
    return this.#minimumExpiration;
  }

  set minimumExpiration(seconds: number | undefined) {
    this.#requireOpen();
    this.#minimumExpiration = requireSeconds(seconds);
  }

  get refresher(): Refresher | undefined {
    return this.#refresher;
  }

  set refresher(refresher: Refresher | undefined) {
    this.#requireOpen();
    this.#refresher = refresher;
  }

  #requireOpen(): void {
    this.#owner.requireOpen("the session timer");
  }
}

function requireSeconds(seconds: number | undefined): number | undefined {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds > 0)) return seconds;
  throw new IllegalArgumentError("argument.invalid", { detail: `${String(seconds)} is no number of seconds` });
}
