import { isEngineError } from "@siplet/core";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** Makes a change; what the engine refuses is the application's argument. @throws IllegalArgumentError `argument.invalid` */
export function refusing<T>(change: () => T): T {
  try {
    return change();
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    throw new IllegalArgumentError("argument.invalid", { detail: cause.message, cause });
  }
}
