/** The same promise; when nobody waits for it, it may be broken without a word. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A promise that others keep or break. One that nobody waits for may be broken without a word. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor() {
    const promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise = quietly(promise);
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
