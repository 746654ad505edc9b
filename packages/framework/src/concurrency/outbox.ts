/** Something ready to leave. */
export interface Outgoing {
  /** Hands the message to the transaction or transport. */
  transmit(): void;
  /** The state could not be committed: the message must never leave. */
  discard(reason: unknown): void;
}

/** Writes the state of a session down; resolves once it is safe. */
export type Commit = () => Promise<void> | undefined;

/**
 * What the handlers of one application session send in one turn, until they return or await, leaves together, after the
 * session's new state was committed. With sessions in memory a commit takes no time and a message leaves at once.
 *
 * One commit runs at a time: what comes meanwhile, messages and changes, goes with the next.
 */
export class Outbox {
  readonly #commit: Commit | undefined;
  readonly #onLeft: (() => void) | undefined;
  #waiting: Outgoing[] = [];
  /** A turn is open, or changes wait for the commit that runs. */
  #isTouched = false;
  #isCommitting = false;

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
    this.touch();
  }

  /** Something changed that is to be written at the end of this turn, whether a message leaves or not. */
  touch(): void {
    if (this.#commit === undefined || this.#isTouched) return;
    this.#isTouched = true;
    if (!this.#isCommitting) queueMicrotask(() => this.#closeTurn());
  }

  #closeTurn(): void {
    const turn = this.#waiting;
    this.#waiting = [];
    this.#isTouched = false;
    this.#isCommitting = true;
    const end = (): void => {
      this.#isCommitting = false;
      if (turn.length > 0) this.#onLeft?.();
      if (this.#isTouched) queueMicrotask(() => this.#closeTurn());
    };
    this.#write().then(
      () => {
        for (const outgoing of turn) outgoing.transmit();
        end();
      },
      (reason: unknown) => {
        for (const outgoing of turn) outgoing.discard(reason);
        end();
      },
    );
  }

  /** A commit that throws is one that rejects. */
  async #write(): Promise<void> {
    await this.#commit?.();
  }
}

/** The outbox of all sessions that are kept in memory: it holds nothing. */
export const directOutbox = new Outbox();
