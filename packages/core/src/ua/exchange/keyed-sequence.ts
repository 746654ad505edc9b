import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";

/**
 * Does what belongs to one key one after the other, in the order it came (RFC 3261 §10.3, RFC 3903 §6). Where nothing has to
 * wait, all is done before the call returns.
 */
export class KeyedSequence {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs a task when those of the same key that came before it have ended. */
  run<T>(key: string, task: () => SyncOrPromise<T>): SyncOrPromise<T> {
    const tail = this.#tails.get(key);
    if (tail !== undefined) return this.#track(key, tail.then(task, task));
    const result = andThen(task(), (value) => value);
    return result instanceof Promise ? this.#track(key, result) : result;
  }

  #track<T>(key: string, work: Promise<T>): Promise<T> {
    this.#tails.set(key, work);
    const forget = (): void => {
      if (this.#tails.get(key) === work) this.#tails.delete(key);
    };
    work.then(forget, forget);
    return work;
  }
}
