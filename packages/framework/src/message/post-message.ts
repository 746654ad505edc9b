import { isEngineError } from "@siplet/core";
import type { Outgoing } from "../concurrency/outbox.js";
import { ServletError } from "../errors/servlet-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

const taken: Promise<void> = Promise.resolve();

/** One message in the outbox. With sessions in memory it has left, or failed, when `post` returns. */
class Posted implements Outgoing {
  readonly #transmit: () => void;
  readonly #onFailure: (() => void) | undefined;
  #state: "waiting" | "taken" | "failed" = "waiting";
  #failure: unknown;
  #settle: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(transmit: () => void, onFailure: (() => void) | undefined) {
    this.#transmit = transmit;
    this.#onFailure = onFailure;
  }

  transmit(): void {
    try {
      this.#transmit();
      this.#state = "taken";
      this.#settle?.resolve();
    } catch (error) {
      this.discard(error);
    }
  }

  discard(reason: unknown): void {
    this.#state = "failed";
    this.#failure = reason;
    this.#onFailure?.();
    this.#settle?.reject(ioError(reason));
  }

  /** Settles when the transport took the message, or never will. */
  get promise(): Promise<void> {
    if (this.#state === "taken") return taken;
    if (this.#state === "failed") return Promise.reject(ioError(this.#failure));
    const promise = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody need wait: what keeps a turn from being written is logged where it happens.
    promise.catch(() => undefined);
    return promise;
  }
}

/**
 * Gives a message to the outbox of its session. What cannot leave is a failure of `send`, and `onFailure` is told.
 */
export function postMessage(session: ContainerSipSession, transmit: () => void, onFailure?: () => void): Promise<void> {
  const posted = new Posted(transmit, onFailure);
  session.applicationSession.outbox.post(posted);
  return posted.promise;
}

function ioError(cause: unknown): ServletError {
  return new ServletError("servlet.io", { detail: isEngineError(cause) ? cause.message : String(cause), cause });
}
