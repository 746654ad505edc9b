import type { DigestHash } from "../digest/digest-algorithm.js";
import { computeUserhash } from "../digest/digest-computation.js";
import type { User } from "./user-store.js";

/** The users of one realm, by name and, made when first asked for, by the hash of the name (RFC 7616 §3.4.4). */
export class RealmUsers {
  readonly #users = new Map<string, User>();
  readonly #userhashes = new Map<string, ReadonlyMap<string, User>>();

  get(username: string): User | undefined {
    return this.#users.get(username);
  }

  set(user: User): void {
    this.#userhashes.clear();
    this.#users.set(user.username, user);
  }

  delete(username: string): boolean {
    this.#userhashes.clear();
    return this.#users.delete(username);
  }

  getByUserhash(userhash: string, realm: string, hash: DigestHash): User | undefined {
    const key = `${hash} ${realm}`;
    const index = this.#userhashes.get(key) ?? this.#indexOf(realm, hash);
    this.#userhashes.set(key, index);
    return index.get(userhash);
  }

  #indexOf(realm: string, hash: DigestHash): ReadonlyMap<string, User> {
    const users = [...this.#users.values()];
    return new Map(users.map((user) => [computeUserhash(hash, user.username, realm), user]));
  }
}
