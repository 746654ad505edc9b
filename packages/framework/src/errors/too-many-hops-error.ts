import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

/** The request may not be forwarded: Max-Forwards is 0. The container has answered 483. JSR 289 §10. */
export class TooManyHopsError extends ServletError {
  override readonly name = "TooManyHopsError";

  constructor(options: ServletErrorOptions = {}) {
    super("proxy.too-many-hops", options);
  }
}
