import type { ServletErrorCodeOf } from "./servlet-error-table.js";
import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

/** The operation exists in the API and is never available here. JSR 289: `UnsupportedOperationException`. */
export class UnsupportedOperationError extends ServletError {
  override readonly name = "UnsupportedOperationError";

  constructor(code: ServletErrorCodeOf<"unsupported">, options: ServletErrorOptions = {}) {
    super(code, options);
  }
}
