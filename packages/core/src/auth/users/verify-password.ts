import { timingSafeEqual } from "node:crypto";
import { computeHa1 } from "../digest/digest-computation.js";
import { ha1Of } from "../digest/user-secret.js";
import type { DigestHash } from "../digest/digest-algorithm.js";
import { andThen, type SyncOrPromise } from "./sync-or-promise.js";
import type { User, UserStore } from "./user-store.js";

const hashes: readonly DigestHash[] = ["SHA-256", "SHA-512-256", "MD5"];

/**
 * The user of a name and a password that came in clear over a secure channel, such as an HTTP form; undefined when either
 * is wrong. It takes as long for users there are not.
 */
export function verifyPassword(
  users: UserStore,
  realm: string,
  credentials: { readonly username: string; readonly password: string },
): SyncOrPromise<User | undefined> {
  const { username, password } = credentials;
  return andThen(users.find(username, realm), (user) => {
    const hash = hashes.find((each) => user !== undefined && ha1Of(user, realm, each) !== undefined) ?? "SHA-256";
    const given = Buffer.from(computeHa1(hash, username, realm, password));
    const stored = Buffer.from((user && ha1Of(user, realm, hash)) ?? "");
    const isRight = timingSafeEqual(given, stored.length === given.length ? stored : Buffer.alloc(given.length));
    return isRight ? user : undefined;
  });
}
