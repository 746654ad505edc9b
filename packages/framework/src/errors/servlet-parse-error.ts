import type { ServletErrorCodeOf } from "./servlet-error-table.js";
import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

/** Text that should be a URI, an address or a header field value and is not. JSR 289: `ServletParseException`. */
export class ServletParseError extends ServletError {
  override readonly name = "ServletParseError";

  constructor(code: ServletErrorCodeOf<"parse">, options: ServletErrorOptions = {}) {
    super(code, options);
  }
}
