import type { DigestHash } from "./digest-algorithm.js";
import { computeHa1 } from "./digest-computation.js";

/** A user known by password. */
export interface PasswordSecret {
  readonly username: string;
  readonly password: string;
}

/** A user known by stored HA1 values, one for each hash; each belongs to one realm. */
export interface Ha1Secret {
  readonly username: string;
  readonly ha1: Readonly<Partial<Record<DigestHash, string>>>;
}

/** What proves who a user is, for either role of digest. */
export type UserSecret = PasswordSecret | Ha1Secret;

/** The HA1 of a user for a hash; `undefined` when only other hashes are stored. `username` is the name that was hashed. */
export function ha1Of(
  secret: UserSecret,
  realm: string,
  hash: DigestHash,
  username: string = secret.username,
): string | undefined {
  return "password" in secret ? computeHa1(hash, username, realm, secret.password) : secret.ha1[hash]?.toLowerCase();
}
