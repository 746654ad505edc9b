import type { SyncOrPromise } from "../users/sync-or-promise.js";

/** One use of a nonce by a request whose credentials are right. */
export interface NonceUse {
  readonly nonce: string;
  /** The nonce count; `undefined` for credentials without qop, which use up the nonce. */
  readonly count: number | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Keeps which nonce counts were used (RFC 7616 §3.4 `nc`). Engines that shall stop replays together share one. */
export interface NonceRegister {
  /** Records the use and answers true, or answers false if it is a replay. */
  admit(use: NonceUse): SyncOrPromise<boolean>;
}
