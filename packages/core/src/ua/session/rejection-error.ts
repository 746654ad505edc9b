import { EngineError } from "../../errors/engine-error.js";
import type { SipResponse } from "../../message/sip-response.js";
import { reasonPhrase } from "../../message/status-codes.js";

/** The error that a final failure becomes where a promise waits: its `statusCode` tells, its `cause` is the response. */
export function rejectionError(statusCode: number, response?: SipResponse, cause?: unknown): EngineError {
  const detail = `${statusCode} ${response?.reasonPhrase ?? reasonPhrase(statusCode)}`;
  return new EngineError("ua.rejected", { detail, statusCode, cause: cause ?? response });
}
