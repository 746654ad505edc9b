import { STATUS_CODES } from "node:http";
import { isServletError, type ServletError } from "../../errors/servlet-error.js";
import { isSipError } from "../../errors/sip-error.js";
import { isHttpError } from "./http-error.js";

/** The body of an answer that says no. RFC 9457 */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** An error as HTTP tells it. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemDetails;
  /** Whether it is our own fault: then the log has what the client is not told. */
  readonly isFault: boolean;
}

/** The answer an error becomes. What is no answer by itself is a 500 whose text stays here. */
export function problemOf(error: unknown): Problem {
  if (isHttpError(error)) return { ...problem(error.status, error.detail, error.members), headers: error.headers };
  if (isSipError(error)) {
    const members = { sipStatus: error.statusCode };
    return problem(asHttpStatus(error.statusCode, 502), error.reasonPhrase, members);
  }
  if (isServletError(error)) return servletProblem(error);
  const status = statusOf(error);
  if (status !== undefined && error instanceof Error) return problem(status, status < 500 ? error.message : undefined);
  return { ...problem(500), isFault: true };
}

function problem(status: number, detail?: string, members: Readonly<Record<string, unknown>> = {}): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  const body = { type: "about:blank", title, status, ...(detail !== undefined && { detail }), ...members };
  return { status, headers: {}, body, isFault: false };
}

/** Text that does not parse came from the client; a session that has ended is gone. */
function servletProblem(error: ServletError): Problem {
  if (error.code.startsWith("parse.")) return problem(400, error.message);
  if (error.code === "state.invalid-application-session") return problem(410, error.message);
  if (error.code === "servlet.io") return problem(503, error.message);
  return { ...problem(500), isFault: true };
}

/** SIP borrowed most of its codes from HTTP; where HTTP lacks one, we were a gateway that got a bad answer. */
function asHttpStatus(sipStatus: number, otherwise: number): number {
  return sipStatus >= 400 && STATUS_CODES[sipStatus] !== undefined ? sipStatus : otherwise;
}

/** Errors of Express and its parsers say their status themselves. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status <= 599 ? status : undefined;
}
