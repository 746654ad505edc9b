import type { DigestHash } from "../digest/digest-algorithm.js";
import type { UserSecret } from "../digest/user-secret.js";
import type { SyncOrPromise } from "./sync-or-promise.js";

/** Where a server finds its users. An answer without a promise keeps the way of the request synchronous. */
export interface UserStore {
  /** The user of that name in the realm; `undefined` if there is none. */
  find(username: string, realm: string): SyncOrPromise<UserSecret | undefined>;
  /** The user whose name hashes to `userhash`, lower-case hex, in the realm (RFC 7616 §3.4.4). */
  findByUserhash?(userhash: string, realm: string, hash: DigestHash): SyncOrPromise<UserSecret | undefined>;
}
