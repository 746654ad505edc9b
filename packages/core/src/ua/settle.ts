import { andThen, type SyncOrPromise } from "../auth/users/sync-or-promise.js";
import type { Logger } from "../log/logger.js";

/** What is done with a value that may be late, or never come. */
export interface Settlement<T> {
  readonly log: Logger;
  readonly onValue: (value: T) => void;
  readonly onError: (error: unknown) => void;
}

/** Makes a value and goes on with it: at once when it is there, later when it is promised. Nothing escapes. */
export function settle<T>(make: () => SyncOrPromise<T>, { log, onValue, onError }: Settlement<T>): void {
  let value: SyncOrPromise<T>;
  try {
    value = make();
  } catch (error) {
    return onError(error);
  }
  const settled = andThen(value, (result) => result);
  if (!(settled instanceof Promise)) return onValue(settled);
  settled.then(onValue, onError).catch((error: unknown) => log.error({ error }, "what was promised could not be used"));
}
