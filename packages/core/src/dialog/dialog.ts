import { EngineError } from "../errors/engine-error.js";
import type { Contact } from "../headers/contact.js";
import type { HeaderField } from "../message/header-field.js";
import type { SipMessage } from "../message/sip-message.js";
import { refreshesTarget } from "../message/methods.js";
import { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { dialogId } from "./dialog-id.js";
import type { DialogSnapshot, DialogState } from "./dialog-snapshot.js";
import { recordRoutes, requestTarget } from "./route-set.js";

/** Why a request inside a dialog cannot be taken. */
export interface DialogRejection {
  readonly statusCode: number;
  readonly reason: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One end of a dialog (RFC 3261 §12): state, and functions that build and check requests. It never sends.
 */
export class Dialog {
  readonly #data: Mutable<DialogSnapshot>;

  private constructor(data: DialogSnapshot) {
    this.#data = { ...data };
  }

  /**
   * The dialog of the one who answers, from the request and the answer sent: 101–199 with To tag or 2xx. RFC 3261 §12.1.1
   */
  static ofServer(request: SipRequest, response: SipResponse): Dialog {
    return new Dialog({
      version: 1,
      state: response.isSuccess ? "confirmed" : "early",
      isCaller: false,
      callId: request.callId,
      local: text(response, "to"),
      remote: text(request, "from"),
      localTag: response.toTag ?? "",
      remoteTag: request.fromTag ?? "",
      remoteTarget: contactOf(request) ?? "",
      routeSet: recordRoutes(request),
      localSequenceNumber: undefined,
      remoteSequenceNumber: request.cseq.sequenceNumber,
      isSecure: isSips(request),
    });
  }

  /** The dialog of the one who asked, from the request sent and the answer received. RFC 3261 §12.1.2 */
  static ofClient(request: SipRequest, response: SipResponse): Dialog {
    return new Dialog({
      version: 1,
      state: response.isSuccess ? "confirmed" : "early",
      isCaller: true,
      callId: request.callId,
      local: text(request, "from"),
      remote: text(response, "to"),
      localTag: request.fromTag ?? "",
      remoteTag: response.toTag ?? "",
      remoteTarget: contactOf(response) ?? "",
      routeSet: recordRoutes(response).reverse(),
      localSequenceNumber: request.cseq.sequenceNumber,
      remoteSequenceNumber: undefined,
      isSecure: isSips(request),
    });
  }

  /** A dialog written down earlier. */
  static restore(snapshot: DialogSnapshot): Dialog {
    return new Dialog(snapshot);
  }

  get state(): DialogState {
    return this.#data.state;
  }

  get callId(): string {
    return this.#data.callId;
  }

  get localTag(): string {
    return this.#data.localTag;
  }

  get remoteTag(): string {
    return this.#data.remoteTag;
  }

  /** Call-ID, own tag, the other's tag. */
  get id(): string {
    return dialogId(this.#data.callId, this.#data.localTag, this.#data.remoteTag);
  }

  /** Whether this end sent the request that made the dialog. */
  get isCaller(): boolean {
    return this.#data.isCaller;
  }

  get isSecure(): boolean {
    return this.#data.isSecure;
  }

  /** From value of our requests. */
  get local(): string {
    return this.#data.local;
  }

  /** To value of our requests. */
  get remote(): string {
    return this.#data.remote;
  }

  get remoteTarget(): string {
    return this.#data.remoteTarget;
  }

  get routeSet(): readonly string[] {
    return this.#data.routeSet;
  }

  get localSequenceNumber(): number | undefined {
    return this.#data.localSequenceNumber;
  }

  get remoteSequenceNumber(): number | undefined {
    return this.#data.remoteSequenceNumber;
  }

  /**
   * Begins a request inside the dialog, its sequence number one higher than the last. RFC 3261 §12.2.1.1
   * @throws EngineError `dialog.state` when the dialog is over or the method has a function of its own
   */
  createRequest(method: string): RequestBuilder {
    if (method === "ACK" || method === "CANCEL")
      this.#refuse(`${method} repeats the number of its request`);
    if (this.#data.state === "terminated")
      this.#refuse(`it is terminated; no ${method} can be sent`);
    const sequenceNumber = (this.#data.localSequenceNumber ?? 0) + 1;
    this.#data.localSequenceNumber = sequenceNumber;
    return this.#build(method, sequenceNumber);
  }

  /** Begins the ACK for a 2xx to an INVITE sent inside or by this dialog. RFC 3261 §13.2.2.4 */
  createAck(invite: SipRequest): RequestBuilder {
    const ack = this.#build("ACK", invite.cseq.sequenceNumber);
    return ack.addFields(credentialsOf(invite));
  }

  /** The number of a request sent on this dialog's behalf by other means: a retry with credentials. */
  recordLocalSequenceNumber(sequenceNumber: number): void {
    this.#data.localSequenceNumber = Math.max(sequenceNumber, this.#data.localSequenceNumber ?? 0);
  }

  /**
   * Takes a request of the peer: checks its number (RFC 3261 §12.2.2). Its Contact becomes the remote target only once the
   * request is answered with 2xx: `refreshTarget`.
   */
  receiveRequest(request: SipRequest): DialogRejection | undefined {
    if (request.method === "ACK" || request.method === "CANCEL") return undefined;
    const { sequenceNumber } = request.cseq;
    const last = this.#data.remoteSequenceNumber;
    if (last !== undefined && sequenceNumber <= last) {
      return { statusCode: 500, reason: `CSeq ${sequenceNumber} is not above ${last}` };
    }
    this.#data.remoteSequenceNumber = sequenceNumber;
    return undefined;
  }

  /** Moves the remote target to the Contact of a target refresh request or of its 2xx. RFC 3261 §12.2, RFC 6141 §4.4 */
  refreshTarget(message: SipRequest | SipResponse): void {
    if (!refreshesTarget(message.method)) return;
    this.#data.remoteTarget = contactOf(message) ?? this.#data.remoteTarget;
  }

  /** A 2xx confirms the dialog; the caller computes the route set anew from it. RFC 3261 §13.2.2.4 */
  confirm(response: SipResponse): void {
    if (this.#data.state === "terminated") return;
    if (this.#data.isCaller && this.#data.state === "early") {
      this.#data.routeSet = recordRoutes(response).reverse();
      this.#data.remoteTarget = contactOf(response) ?? this.#data.remoteTarget;
    }
    this.#data.state = "confirmed";
  }

  /** The dialog is over. */
  terminate(): void {
    this.#data.state = "terminated";
  }

  /** The dialog as plain data. */
  snapshot(): DialogSnapshot {
    return { ...this.#data };
  }

  #build(method: string, sequenceNumber: number): RequestBuilder {
    const { remoteTarget, routeSet, local, remote, callId } = this.#data;
    if (remoteTarget === "") this.#refuse("the peer never told a Contact");
    const target = requestTarget(remoteTarget, routeSet);
    const request = new RequestBuilder(method, target.requestUri);
    for (const route of target.routes) request.addText("Route", route);
    request.addText("From", local).addText("To", remote).addText("Call-ID", callId);
    return request.addText("CSeq", `${sequenceNumber} ${method}`).addText("Max-Forwards", "70");
  }

  #refuse(detail: string): never {
    throw new EngineError("dialog.state", { detail: `dialog ${this.#data.callId}: ${detail}` });
  }
}

function text(message: SipMessage, key: string): string {
  return message.field(key)?.text ?? "";
}

function contactOf(message: SipMessage): string | undefined {
  if (message.field("contact") === undefined) return undefined;
  const [contact] = message.get("Contact") as readonly Contact[];
  return contact?.uri === undefined ? undefined : String(contact.uri);
}

function isSips(request: SipRequest): boolean {
  return request.requestUriText.slice(0, 5).toLowerCase() === "sips:";
}

function credentialsOf(invite: SipRequest): HeaderField[] {
  return [...invite.fieldsOf("authorization"), ...invite.fieldsOf("proxy-authorization")];
}
