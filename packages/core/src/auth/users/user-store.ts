import type { DigestHash } from "../digest/digest-algorithm.js";
import type { UserSecret } from "../digest/user-secret.js";
import type { SyncOrPromise } from "./sync-or-promise.js";

/** A user as a server knows it: what proves who it is, and what it may do. */
export type User = UserSecret & {
  /** Names of roles; what they allow is the server's matter. */
  readonly roles?: readonly string[] | undefined;
};

/** Where a server finds its users. An answer without a promise keeps the way of the request synchronous. */
export interface UserStore {
  /** The user of that name in the realm; `undefined` if there is none. */
  find(username: string, realm: string): SyncOrPromise<User | undefined>;
  /** The user whose name hashes to `userhash`, lower-case hex, in the realm (RFC 7616 §3.4.4). */
  findByUserhash?(userhash: string, realm: string, hash: DigestHash): SyncOrPromise<User | undefined>;
  /** Makes sure that users can be found, before the first of them is asked for. @throws what keeps it from finding any */
  refresh?(): SyncOrPromise<void>;
}
