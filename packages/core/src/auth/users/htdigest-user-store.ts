import type { Clock } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import { silentLogger, type Logger } from "../../log/logger.js";
import type { DigestHash } from "../digest/digest-algorithm.js";
import type { HtdigestReader } from "./htdigest-reader.js";
import { parseHtdigest, type HtdigestContent, type HtdigestProblem, type LongHash } from "./parse-htdigest.js";
import { andThen, type SyncOrPromise } from "./sync-or-promise.js";
import type { User, UserStore } from "./user-store.js";

/** Where users come from, and how often to look. */
export interface HtdigestUserStoreOptions {
  readonly reader: HtdigestReader;
  /** What 64 digits are; SHA-256 by default. */
  readonly longHash?: LongHash;
  /** Users by role: the file knows none. A user has the roles in every realm. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** How many milliseconds may pass before the file is looked at again; one second by default. */
  readonly checkInterval?: number;
  readonly clock?: Clock;
  /** Is told of bad lines and of a file that cannot be read. */
  readonly log?: Logger;
}

const defaultInterval = 1000;
const nothing: HtdigestContent = { realms: new Map(), problems: [] };

/**
 * Users of an htdigest file. A look-up after the interval waits for a look at the file; all others answer at once. A
 * bad line costs that line alone; a file that cannot be read leaves the users as they were, and fails the look-up only if it
 * never could.
 */
export class HtdigestUserStore implements UserStore {
  readonly #reader: HtdigestReader;
  readonly #longHash: LongHash;
  readonly #roles: ReadonlyMap<string, readonly string[]>;
  readonly #checkInterval: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  #content = nothing;
  #modifiedAt = Number.NaN;
  #nextCheck = Number.NEGATIVE_INFINITY;
  #check: Promise<void> | undefined;

  constructor(options: HtdigestUserStoreOptions) {
    this.#reader = options.reader;
    this.#longHash = options.longHash ?? "SHA-256";
    this.#roles = rolesByUser(options.roles ?? {});
    this.#checkInterval = options.checkInterval ?? defaultInterval;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
  }

  /** The lines of the file that could not be used when it was last read. */
  get problems(): readonly HtdigestProblem[] {
    return this.#content.problems;
  }

  find(username: string, realm: string): SyncOrPromise<User | undefined> {
    return andThen(this.#upToDate(), () => this.#withRoles(this.#content.realms.get(realm)?.get(username)));
  }

  findByUserhash(userhash: string, realm: string, hash: DigestHash): SyncOrPromise<User | undefined> {
    return andThen(this.#upToDate(), () =>
      this.#withRoles(this.#content.realms.get(realm)?.getByUserhash(userhash, realm, hash)),
    );
  }

  /** Looks at the file now, and reads it if it has changed. Fails if it could never be read. */
  refresh(): Promise<void> {
    this.#check ??= this.#reload().finally(() => (this.#check = undefined));
    return this.#check;
  }

  #withRoles(user: User | undefined): User | undefined {
    const roles = user && this.#roles.get(user.username);
    return roles === undefined || user === undefined ? user : { ...user, roles };
  }

  #upToDate(): SyncOrPromise<void> {
    if (this.#check !== undefined) return this.#check;
    return this.#clock.monotonic() < this.#nextCheck ? undefined : this.refresh();
  }

  async #reload(): Promise<void> {
    try {
      await this.#read();
    } catch (cause) {
      this.#log.error({ err: cause }, "the htdigest file could not be read");
      if (Number.isNaN(this.#modifiedAt)) throw cause;
    }
    this.#nextCheck = this.#clock.monotonic() + this.#checkInterval;
  }

  async #read(): Promise<void> {
    const modifiedAt = await this.#reader.modifiedAt();
    if (modifiedAt === this.#modifiedAt) return;
    this.#content = parseHtdigest(await this.#reader.read(), this.#longHash);
    this.#modifiedAt = modifiedAt;
    for (const problem of this.problems) this.#log.warn({ ...problem }, "a line of the htdigest file cannot be used");
  }
}

function rolesByUser(roles: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> {
  const names = [...new Set(Object.values(roles).flat())];
  const rolesOf = (name: string) => Object.keys(roles).filter((role) => roles[role]?.includes(name));
  return new Map(names.map((name) => [name, rolesOf(name)]));
}
