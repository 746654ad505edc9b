/** Looks at who waits, before the wait begins; what it gives back rejects the wait. */
type WaitGuard = (onDone: unknown) => Error | undefined;

/**
 * The promise of a task and of everything chained to it. It learns who awaits it, which a plain promise never does, because
 * `await` of a subclass calls `then`.
 */
export class TaskPromise<T> extends Promise<T> {
  #guard: WaitGuard | undefined;

  /** A promise whose waits are looked at. */
  static guarded<T>(
    guard: WaitGuard,
    executor: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  ): TaskPromise<T> {
    const promise = new TaskPromise<T>(executor);
    promise.#guard = guard;
    return promise;
  }

  // A promise already; `then` is where it learns who waits.
  // oxlint-disable-next-line unicorn/no-thenable
  override then<Result = T, Failure = never>(
    onDone?: ((value: T) => Result | PromiseLike<Result>) | null,
    onFailed?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): TaskPromise<Result | Failure> {
    const refusal = this.#guard?.(onDone);
    if (refusal !== undefined) {
      // The result, whatever it becomes, has nobody to go to.
      super.then(undefined, () => undefined);
      return TaskPromise.reject(refusal).then(undefined, onFailed) as TaskPromise<Result | Failure>;
    }
    const chained = super.then(onDone, onFailed) as TaskPromise<Result | Failure>;
    chained.#guard = this.#guard;
    return chained;
  }

  override catch<Failure = never>(
    onFailed?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): TaskPromise<T | Failure> {
    return this.then(undefined, onFailed);
  }

  /** Written out: the one of the language chains native functions, which look like an `await`. */
  override finally(onEnd?: (() => void) | null): TaskPromise<T> {
    return this.then(
      (value) => Promise.resolve(onEnd?.()).then(() => value),
      (reason: unknown) =>
        Promise.resolve(onEnd?.()).then(() => {
          throw reason;
        }),
    );
  }
}

const nativeCode = "function () { [native code] }";

/**
 * Whether `then` was called by `await`, `Promise.all`, `return` of an async function and their like, which hand over the
 * resolving functions of a promise: nameless, native, with one parameter. A callback of an application does not wait.
 */
export function isAwait(onDone: unknown): boolean {
  if (typeof onDone !== "function" || onDone.name !== "" || onDone.length !== 1) return false;
  return Function.prototype.toString.call(onDone) === nativeCode;
}
