import type { MessageEvent } from "./trace-event.js";

/** Where a call, or a request that makes none, stands. */
export type CallState = "calling" | "ringing" | "answered" | "ended" | "cancelled" | "failed" | "done";

/** Reads from the messages of a call where it stands. */
export class CallProgress {
  #state: CallState = "calling";
  #status: number | undefined;

  get state(): CallState {
    return this.#state;
  }

  /** The status that decided it: of the last response to its first request. */
  get status(): number | undefined {
    return this.#status;
  }

  /** @param method of the request that began it */
  receive(message: MessageEvent, method: string): void {
    if (message.isRepeat) return;
    if (message.method === "BYE" && message.status !== undefined && message.status >= 200) this.#state = "ended";
    if (message.status === undefined || message.method !== method) return;
    if (this.#state !== "calling" && this.#state !== "ringing") return;
    this.#status = message.status;
    this.#state = method === "INVITE" ? stateOfInvite(message.status) : stateOfRequest(message.status);
  }
}

function stateOfInvite(status: number): CallState {
  if (status < 200) return status === 100 ? "calling" : "ringing";
  if (status < 300) return "answered";
  return status === 487 ? "cancelled" : "failed";
}

function stateOfRequest(status: number): CallState {
  if (status < 200) return "calling";
  return status < 300 ? "done" : "failed";
}
