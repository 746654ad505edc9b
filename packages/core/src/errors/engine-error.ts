import { errorTable, type EngineErrorCode, type ErrorEntry } from "./error-table.js";

/** What a thrower adds to the table's row. */
export interface EngineErrorOptions {
  /** What exactly went wrong, where, and how to mend it. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Overrides the status of the table. */
  readonly statusCode?: number;
}

/** The one error class of the engine. Tell errors apart by `code`. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  /** The SIP status this error becomes where a peer is answered, 100–699. */
  readonly statusCode: number | undefined;
  /** The rule behind it, such as `RFC 3261 §19.1.1`. */
  readonly section: string | undefined;

  constructor(code: EngineErrorCode, options: EngineErrorOptions = {}) {
    const entry: ErrorEntry = errorTable[code];
    super(
      entry.message.replace("{detail}", () => options.detail ?? "no detail"),
      { cause: options.cause },
    );
    this.code = code;
    this.statusCode = options.statusCode ?? entry.statusCode;
    this.section = entry.section;
  }
}

/** Tells whether a caught value is an error of this package, whichever copy of the package made it. */
export function isEngineError(value: unknown): value is EngineError {
  return value instanceof Error && value.name === "EngineError" && "code" in value;
}
