import { IllegalArgumentError } from "./illegal-argument-error.js";
import { ServletError } from "./servlet-error.js";

/** Header fields by name; several values make several header fields. */
export type SipErrorHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a `SipError` adds to the response it becomes. */
export interface SipErrorOptions {
  /** Non-system header fields of the response, such as `Retry-After` or `Warning`. */
  readonly headers?: SipErrorHeaders;
  readonly cause?: unknown;
}

/**
 * An error that has a SIP answer: thrown by a handler or returned from it, it answers the request.
 *
 *     throw new SipError(486, "Busy Here", { headers: { "Retry-After": "60" } });
 */
export class SipError extends ServletError {
  override readonly name = "SipError";
  override readonly statusCode: number;
  /** Undefined: the usual phrase of the status. */
  readonly reasonPhrase: string | undefined;
  readonly headers: SipErrorHeaders;

  /** @param statusCode 300–699, since an error is a final answer that is no success. */
  constructor(statusCode: number, reasonPhrase?: string, options: SipErrorOptions = {}) {
    if (!Number.isInteger(statusCode) || statusCode < 300 || statusCode > 699) {
      throw new IllegalArgumentError("argument.status", {
        detail: `a SipError takes 300–699, not ${statusCode}`,
      });
    }
    super("sip.answer", {
      detail: `${statusCode} ${reasonPhrase ?? ""}`.trimEnd(),
      cause: options.cause,
    });
    this.statusCode = statusCode;
    this.reasonPhrase = reasonPhrase;
    this.headers = options.headers ?? {};
  }
}

/** Tells whether a value thrown or returned by a handler is an answer, whichever copy of the package made it. */
export function isSipError(value: unknown): value is SipError {
  return value instanceof Error && "code" in value && value.code === "sip.answer" && "statusCode" in value;
}
