import type { ServletErrorCodeOf } from "./servlet-error-table.js";
import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

/** The object is not in a state that allows the call. JSR 289: `IllegalStateException`. */
export class IllegalStateError extends ServletError {
  override readonly name = "IllegalStateError";

  constructor(code: ServletErrorCodeOf<"state">, options: ServletErrorOptions = {}) {
    super(code, options);
  }
}
