import type { DigestHash } from "../digest/digest-algorithm.js";
import { computeUserhash } from "../digest/digest-computation.js";
import type { UserSecret } from "../digest/user-secret.js";

/** The users of one realm, by name and, made when first asked for, by the hash of the name (RFC 7616 §3.4.4). */
export class RealmUsers {
  readonly #users = new Map<string, UserSecret>();
  readonly #userhashes = new Map<string, ReadonlyMap<string, UserSecret>>();

  get(username: string): UserSecret | undefined {
    return this.#users.get(username);
  }

  set(user: UserSecret): void {
    this.#userhashes.clear();
    this.#users.set(user.username, user);
  }

  delete(username: string): boolean {
    this.#userhashes.clear();
    return this.#users.delete(username);
  }

  getByUserhash(userhash: string, realm: string, hash: DigestHash): UserSecret | undefined {
    const key = `${hash} ${realm}`;
    const index = this.#userhashes.get(key) ?? this.#indexOf(realm, hash);
    this.#userhashes.set(key, index);
    return index.get(userhash);
  }

  #indexOf(realm: string, hash: DigestHash): ReadonlyMap<string, UserSecret> {
    const users = [...this.#users.values()];
    return new Map(users.map((user) => [computeUserhash(hash, user.username, realm), user]));
  }
}
