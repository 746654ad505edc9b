import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import { ServletError } from "../../errors/servlet-error.js";

/** What an `HttpError` adds to the answer it becomes. */
export interface HttpErrorOptions {
  /** Header fields of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem details, such as `errors`. RFC 9457 §3.2 */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error that has an HTTP answer: thrown by a handler it answers the request, as problem details (RFC 9457).
 *
 *     throw new HttpError(409, "bob is busy");
 */
export class HttpError extends ServletError {
  override readonly name = "HttpError";
  /** The HTTP status, 400–599. */
  readonly status: number;
  /** What to tell the client. */
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, detail?: string, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new IllegalArgumentError("argument.invalid", { detail: `an HttpError takes 400–599, not ${status}` });
    }
    super("http.answer", { detail: `${status} ${detail ?? ""}`.trimEnd(), cause: options.cause });
    this.status = status;
    this.detail = detail;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }
}

/** Tells whether a caught value is an answer, whichever copy of the package made it. */
export function isHttpError(value: unknown): value is HttpError {
  return value instanceof Error && "code" in value && value.code === "http.answer" && "status" in value;
}
