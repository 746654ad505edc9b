/** Something ready to leave. */
export interface Outgoing {
  /** Hands the message to the transaction or transport. */
  transmit(): void;
  /** The state could not be committed: the message must never leave. */
  discard(reason: unknown): void;
}

/** Writes the state of a session down; resolves once it is safe. Undefined: it was safe at once. */
export type Commit = () => Promise<void> | undefined;

/**
 * What the handlers of one application session send in one turn, until they return or await, leaves together, after the
 * session's new state was committed. With sessions in memory a commit takes no time and a message leaves at once.
 */
export class Outbox {
  readonly #commit: Commit | undefined;
  readonly #onLeft: (() => void) | undefined;
  #waiting: Outgoing[] = [];
  /** Ends with the last turn that was closed: turns leave in their order. */
  #last: Promise<void> = Promise.resolve();

  /** @param onLeft told when a turn that had to wait has left, or never will */
  constructor(commit?: Commit, onLeft?: () => void) {
    this.#commit = commit;
    this.#onLeft = onLeft;
  }

  /** How many messages wait for a commit. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Sends a message now, or with all others of this turn. */
  post(outgoing: Outgoing): void {
    if (this.#commit === undefined) {
      outgoing.transmit();
      return;
    }
    this.#waiting.push(outgoing);
    if (this.#waiting.length === 1) queueMicrotask(() => this.#closeTurn());
  }

  #closeTurn(): void {
    const turn = this.#waiting;
    this.#waiting = [];
    const before = this.#last;
    const committed = Promise.resolve(this.#commit?.());
    const left = committed.then(
      () => before.then(() => transmitAll(turn)),
      (reason: unknown) => discardAll(turn, reason),
    );
    this.#last = left.then(() => this.#onLeft?.());
  }
}

/** The outbox of all sessions that are kept in memory: it holds nothing. */
export const directOutbox = new Outbox();

function transmitAll(turn: readonly Outgoing[]): void {
  for (const outgoing of turn) outgoing.transmit();
}

function discardAll(turn: readonly Outgoing[], reason: unknown): void {
  for (const outgoing of turn) outgoing.discard(reason);
}
