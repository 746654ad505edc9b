import type { Connection, HeaderField, RequestBuilder, ResponseBuilder, SipRequest, SipResponse } from "@siplet/core";
import { RequestBuilder as Requests, ResponseBuilder as Responses } from "@siplet/core";
import type { HeaderForm } from "../api/sip-servlet-message.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerKeepAlivePreference } from "./keep-alive-preference.js";
import { fieldsInForm } from "./header-form.js";

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
  /** How header names are written once the message leaves (JSR 289 §5.4.3). */
  form: HeaderForm = "DEFAULT";

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

  /** Whether it came from elsewhere: its body is not ours to change. */
  get isReceived(): boolean {
    return this.connection !== undefined;
  }

  /** First field of a key. */
  field(key: string): HeaderField | undefined {
    for (const field of this.#message.fields) if (field.key === key) return field;
    return undefined;
  }

  /** From now on nothing changes (JSR 289 §5.2). */
  commit(): void {
    this.#isCommitted = true;
    if (this.form !== "DEFAULT") this.#applyForm();
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

  #applyForm(): void {
    const draft = this.draft();
    draft.replaceFields(fieldsInForm(draft.fields, this.form));
  }

  /** What the message says of the session timer, or shall say: that of a message made here may be changed. */
  createKeepAlivePreference(isRunning: () => boolean): ContainerKeepAlivePreference {
    const message = this.#message;
    if ("build" in message) return new ContainerKeepAlivePreference(this, isRunning());
    return ContainerKeepAlivePreference.ofReceived(this, message);
  }

  /** The request as it stands. */
  request(): SipRequest {
    if (this.form !== "DEFAULT") this.#applyForm();
    const message = "build" in this.#message ? this.#message.build() : this.#message;
    if (message.kind === "request") return message;
    throw new IllegalStateError("state.transaction", { detail: "a response stands where a request belongs" });
  }

  /** The response as it stands. */
  response(): SipResponse {
    if (this.form !== "DEFAULT") this.#applyForm();
    const message = "build" in this.#message ? this.#message.build() : this.#message;
    if (message.kind === "response") return message;
    throw new IllegalStateError("state.transaction", { detail: "a request stands where a response belongs" });
  }
}
