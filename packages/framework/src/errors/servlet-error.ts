import { servletErrorTable, type ServletErrorCode, type ServletErrorEntry } from "./servlet-error-table.js";

/** What a thrower adds to the table's row. */
export interface ServletErrorOptions {
  /** What exactly went wrong, where, and how to mend it. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Overrides the status of the table. */
  readonly statusCode?: number;
}

/**
 * Base of every error of the container. Tell errors apart by `code`. JSR 289: `ServletException`; the subclasses are
 * the exceptions the JSR names.
 */
export class ServletError extends Error {
  override readonly name: string = "ServletError";
  readonly code: ServletErrorCode;
  /** The SIP status this error becomes when it escapes a handler, 300–699; 500 where it is not given. */
  readonly statusCode: number | undefined;
  /** The rule behind it, such as `JSR 289 §5`. */
  readonly section: string | undefined;

  constructor(code: ServletErrorCode, options: ServletErrorOptions = {}) {
    const entry: ServletErrorEntry = servletErrorTable[code];
    super(
      entry.message.replace("{detail}", () => options.detail ?? "no detail"),
      { cause: options.cause },
    );
    this.code = code;
    this.statusCode = options.statusCode ?? entry.statusCode;
    this.section = entry.section;
  }
}

/**
 * Tells whether a caught value is an error of this package, whichever copy of the package made it; with a code, whether
 * it is that error.
 */
export function isServletError(value: unknown, code?: ServletErrorCode): value is ServletError {
  if (!(value instanceof Error) || !("code" in value) || typeof value.code !== "string") return false;
  return code === undefined ? Object.hasOwn(servletErrorTable, value.code) : value.code === code;
}
