import { CounterpartError } from "./counterpart-error.js";

/** How long one waits by default before giving up, in milliseconds: ample for a loaded machine. */
export const defaultTimeoutMs = 10_000;

export interface WaitOptions {
  /** What is awaited, for the failure text: "kamailio answers OPTIONS". */
  readonly what: string;
  readonly timeoutMs?: number;
  /** Pause between two looks. */
  readonly intervalMs?: number;
  /** Text to show on failure, usually the program's output. */
  readonly output?: () => string;
}

/** Looks again and again until `check` gives something other than `undefined` or `false`, and returns it; bounded in time. */
export async function waitUntil<T>(
  check: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + (options.timeoutMs ?? defaultTimeoutMs);
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
    if (Date.now() >= deadline) {
      const seconds = (options.timeoutMs ?? defaultTimeoutMs) / 1000;
      throw new CounterpartError(`Waited ${seconds} s in vain until ${options.what}`, options.output?.());
    }
    await pause(options.intervalMs ?? 25);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
