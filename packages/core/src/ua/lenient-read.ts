import { isEngineError } from "../errors/engine-error.js";

/** What a read gives; undefined when the text does not follow its grammar: what cannot be read counts as absent. */
export function lenientRead<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
}
