import type { Writable } from "node:stream";

/** Holds back what a stream is given until the end of the running turn, so that all of it leaves by one system call. */
export class TickCork {
  readonly #stream: Writable;
  #isCorked = false;

  static readonly #uncork = (self: TickCork): void => {
    self.#isCorked = false;
    self.#stream.uncork();
  };

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Something is about to be written. */
  hold(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    process.nextTick(TickCork.#uncork, this);
  }
}
