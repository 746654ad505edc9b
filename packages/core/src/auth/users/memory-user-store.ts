import type { DigestHash } from "../digest/digest-algorithm.js";
import { RealmUsers } from "./realm-users.js";
import type { User, UserStore } from "./user-store.js";

/** A user and where to find it: in one realm, or with a password in all. */
export type StoredUser = User & { readonly realm?: string | undefined };

/** Users in memory. Names and realms compare with case. A user of the realm goes before one of all realms. */
export class MemoryUserStore implements UserStore {
  readonly #realms = new Map<string | undefined, RealmUsers>();

  constructor(users: Iterable<StoredUser> = []) {
    for (const user of users) this.add(user);
  }

  /** Adds a user, in place of the one of that name and realm. */
  add(user: StoredUser): void {
    const users = this.#realms.get(user.realm) ?? new RealmUsers();
    this.#realms.set(user.realm, users);
    users.set(user);
  }

  /** Removes a user; false if there was none. */
  remove(username: string, realm?: string): boolean {
    return this.#realms.get(realm)?.delete(username) ?? false;
  }

  find(username: string, realm: string): User | undefined {
    return this.#realms.get(realm)?.get(username) ?? this.#realms.get(undefined)?.get(username);
  }

  findByUserhash(userhash: string, realm: string, hash: DigestHash): User | undefined {
    const own = this.#realms.get(realm)?.getByUserhash(userhash, realm, hash);
    return own ?? this.#realms.get(undefined)?.getByUserhash(userhash, realm, hash);
  }
}
