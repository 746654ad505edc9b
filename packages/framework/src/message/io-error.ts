import { isEngineError } from "@siplet/core";
import { ServletError } from "../errors/servlet-error.js";

/** What a message that could not be sent becomes for the application. */
export function ioError(cause: unknown): ServletError {
  return new ServletError("servlet.io", { detail: isEngineError(cause) ? cause.message : String(cause), cause });
}
