import type { Writable } from "node:stream";

/**
 * Holds back what a stream is given until the event loop has handled what arrived, so that all of it leaves by one call to
 * the system. The end of the running tick would come too soon: a program that awaits each send gives one message a tick.
 */
export class TurnCork {
  readonly #stream: Writable;
  #isCorked = false;

  static readonly #uncork = (self: TurnCork): void => {
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
    setImmediate(TurnCork.#uncork, this);
  }
}
