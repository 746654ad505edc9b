import { EngineError } from "../errors/engine-error.js";

/** Why a text is no URI: what was expected, and where. */
export class UriFault {
  constructor(
    readonly expected: string,
    readonly offset: number,
  ) {}

  /** The error that a caller who did not try is told. */
  toError(): EngineError {
    return new EngineError("uri.malformed", { detail: `expected ${this.expected} at offset ${this.offset}` });
  }
}
