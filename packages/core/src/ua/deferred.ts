/** A promise that others keep or break. One that nobody waits for may be broken without a word. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {});
  }

  /** Keeps the promise; without effect when it was kept or broken. */
  resolve(value: T): void {
    this.#resolve?.(value);
  }

  /** Breaks the promise; without effect when it was kept or broken. */
  reject(error: unknown): void {
    this.#reject?.(error);
  }
}
