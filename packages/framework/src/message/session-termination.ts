import type {
  AutomaticProcessingListener,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
} from "../api/object-model.js";
import type { Logger } from "@siplet/core";

/** The end of a dialog by the container: it takes the messages that would have gone to the application (JSR 359). */
export interface SessionTermination {
  /** Whether the container itself sends at this moment; the application may not. */
  readonly isActing: boolean;
  receiveRequest(request: SipServletRequest): void;
  receiveResponse(response: SipServletResponse): void;
  /** The ACK of our 2xx came, or will not come any more. */
  proceed(): void;
  /** The session is gone. */
  close(): void;
}

/** Lets a listener see a message of the end of a dialog. What it throws is logged. */
export function tellAutomatic(
  listener: AutomaticProcessingListener | undefined,
  event: keyof AutomaticProcessingListener,
  message: SipServletMessage,
  log: Logger,
): void {
  try {
    (listener?.[event] as ((message: SipServletMessage) => void) | undefined)?.call(listener, message);
  } catch (error) {
    log.error({ error, listener: `AutomaticProcessingListener.${event}` }, "a listener threw");
  }
}
