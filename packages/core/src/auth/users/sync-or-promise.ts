/** A value, or the promise of one where the source has to wait for it. */
export type SyncOrPromise<T> = T | PromiseLike<T>;

/** Goes on with a value at once, or when its promise is kept: who needs not wait costs no microtask. */
export function andThen<T, R>(value: SyncOrPromise<T>, proceed: (value: T) => SyncOrPromise<R>): R | Promise<R> {
  if (isPromiseLike(value)) return Promise.resolve(value).then(proceed);
  const result = proceed(value);
  return isPromiseLike(result) ? Promise.resolve(result) : result;
}

/** Database libraries give promises that are no `Promise`. */
function isPromiseLike<T>(value: SyncOrPromise<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
