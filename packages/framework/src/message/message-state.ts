import type { Connection, HeaderField, RequestBuilder, ResponseBuilder, SipRequest, SipResponse } from "@siplet/core";
import { RequestBuilder as Requests, ResponseBuilder as Responses } from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";

/** A message of the engine: as it came, or in the making. */
export type EngineMessage = SipRequest | SipResponse | RequestBuilder | ResponseBuilder;

/**
 * What stands behind a message of the servlet API: the engine's message as it came until somebody changes it, then a copy
 * in the making.
 */
export class MessageState {
  /** The connection it came by; undefined for messages made here. */
  readonly connection: Connection | undefined;
  #message: EngineMessage;
  #isCommitted = false;

  constructor(message: EngineMessage, connection?: Connection) {
    this.#message = message;
    this.connection = connection;
  }

  get fields(): readonly HeaderField[] {
    return this.#message.fields;
  }

  get body(): Uint8Array {
    return this.#message.body;
  }

  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** First field of a key. */
  field(key: string): HeaderField | undefined {
    for (const field of this.#message.fields) if (field.key === key) return field;
    return undefined;
  }

  /** From now on nothing changes (JSR 289 §5.2). */
  commit(): void {
    this.#isCommitted = true;
  }

  /** @throws IllegalStateError `state.committed` */
  requireOpen(what: string): void {
    if (!this.#isCommitted) return;
    throw new IllegalStateError("state.committed", {
      detail: `${what}; a message that was sent or answered stays as it is`,
    });
  }

  /** The message in the making. @throws IllegalStateError `state.committed` */
  edit(what: string): RequestBuilder | ResponseBuilder {
    this.requireOpen(what);
    return this.draft();
  }

  /** The message in the making, for the container itself. */
  draft(): RequestBuilder | ResponseBuilder {
    const message = this.#message;
    if ("build" in message) return message;
    const builder = message.kind === "request" ? Requests.from(message) : Responses.from(message);
    this.#message = builder;
    return builder;
  }

  /** The request as it stands. */
  request(): SipRequest {
    const message = "build" in this.#message ? this.#message.build() : this.#message;
    if (message.kind === "request") return message;
    throw new IllegalStateError("state.transaction", { detail: "a response stands where a request belongs" });
  }

  /** The response as it stands. */
  response(): SipResponse {
    const message = "build" in this.#message ? this.#message.build() : this.#message;
    if (message.kind === "response") return message;
    throw new IllegalStateError("state.transaction", { detail: "a request stands where a response belongs" });
  }
}
