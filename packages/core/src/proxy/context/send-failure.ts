import { EngineError, isEngineError } from "../../errors/engine-error.js";

/** Whatever kept a request from being sent, as an error of the engine. */
export function sendFailure(error: unknown): EngineError {
  return isEngineError(error) ? error : new EngineError("proxy.target", { detail: String(error), cause: error });
}

/**
 * The status that such a failure stands for: 503 (RFC 3261 §16.9), unless more is known, as of a request that was cancelled
 * before or a name server that did not answer.
 */
export function failureStatus({ statusCode }: EngineError): number {
  return statusCode === 487 || (statusCode !== undefined && statusCode >= 500) ? statusCode : 503;
}
