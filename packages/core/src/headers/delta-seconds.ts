import { EngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import type { Parameters } from "../grammar/parameters.js";

/** Largest `delta-seconds`, RFC 3261 §20.19. */
export const LARGEST_DELTA_SECONDS = 4_294_967_295;

/** What an expiry that cannot be read stands for, RFC 3261 §20.10 and §20.19. */
const UNREADABLE_EXPIRY = 3600;

/** The seconds of an `Expires` or `expires` value. One that is malformed or too large counts as 3600 (RFC 3261 §20.10). */
export function expirySeconds(text: string): number {
  return deltaSecondsOf(text) ?? UNREADABLE_EXPIRY;
}

/** The seconds that a parameter tells; `undefined` if it is absent, malformed or too large. */
export function secondsParameter(parameters: Parameters, name: string): number | undefined {
  return deltaSecondsOf(parameters.get(name) ?? "");
}

function deltaSecondsOf(text: string): number | undefined {
  const value = digitsValue(text, 0, text.length);
  return value < 0 || value > LARGEST_DELTA_SECONDS ? undefined : value;
}

/** The seconds themselves if they can be written as `delta-seconds`; else throws `header.malformed`. */
export function checkDeltaSeconds(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LARGEST_DELTA_SECONDS) return seconds;
  throw new EngineError("header.malformed", { detail: `${seconds} are no delta-seconds` });
}
