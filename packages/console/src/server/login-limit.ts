/** Failed logins that one address has before it must wait. */
const allowed = 5;
/** Milliseconds after which they are forgotten. */
const memory = 60_000;

/** Slows down whoever guesses passwords. */
export class LoginLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether an address has to wait before it may try again. */
  isBarred(address: string): boolean {
    this.#forget();
    return (this.#failures.get(address)?.count ?? 0) >= allowed;
  }

  fail(address: string): void {
    const known = this.#failures.get(address);
    if (known === undefined) this.#failures.set(address, { count: 1, since: this.#now() });
    else known.count += 1;
  }

  succeed(address: string): void {
    this.#failures.delete(address);
  }

  #forget(): void {
    const limit = this.#now() - memory;
    for (const [address, { since }] of this.#failures) if (since < limit) this.#failures.delete(address);
  }
}
