import type { ServletErrorCodeOf } from "./servlet-error-table.js";
import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

/** The argument cannot be taken. JSR 289: `IllegalArgumentException`, and `NullPointerException` as `argument.missing`. */
export class IllegalArgumentError extends ServletError {
  override readonly name = "IllegalArgumentError";

  constructor(code: ServletErrorCodeOf<"argument">, options: ServletErrorOptions = {}) {
    super(code, options);
  }
}
