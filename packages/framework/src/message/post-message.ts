import { isEngineError } from "@siplet/core";
import { ServletError } from "../errors/servlet-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

const taken: Promise<void> = Promise.resolve();

/**
 * Gives a message to the outbox of its session. What cannot leave at once is a failure of `send`, and `onFailure` is told.
 */
export function postMessage(session: ContainerSipSession, transmit: () => void, onFailure?: () => void): Promise<void> {
  let failure: unknown;
  const discard = (reason: unknown): void => {
    failure = reason;
    onFailure?.();
  };
  session.applicationSession.outbox.post({
    transmit: () => {
      try {
        transmit();
      } catch (error) {
        discard(error);
      }
    },
    discard,
  });
  return failure === undefined ? taken : Promise.reject(ioError(failure));
}

function ioError(cause: unknown): ServletError {
  return new ServletError("servlet.io", { detail: isEngineError(cause) ? cause.message : String(cause), cause });
}
