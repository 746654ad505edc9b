import { EngineError } from "../errors/engine-error.js";
import type { HeaderField } from "../message/header-field.js";
import { refreshesTarget } from "../message/methods.js";
import { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { detachedText } from "../grammar/detached-text.js";
import { dialogId } from "./dialog-id.js";
import { clientDialog, contactUri, serverDialog, subscriberDialog } from "./dialog-origin.js";
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
    this.#data = detached(data);
  }

  /**
   * The dialog of the one who answers, from the request and the answer sent: 101–199 with To tag or 2xx. It is secure when a
   * sips request came over TLS. RFC 3261 §12.1.1
   */
  static ofServer(request: SipRequest, response: SipResponse, cameSecurely = true): Dialog {
    return new Dialog(serverDialog(request, response, cameSecurely));
  }

  /**
   * The dialog of the one who asked, from the request sent and the answer received. Where the answer tells no Contact, as
   * some provisionals do, the Request-URI is the target. RFC 3261 §12.1.2
   */
  static ofClient(request: SipRequest, response: SipResponse): Dialog {
    return new Dialog(clientDialog(request, response));
  }

  /**
   * The dialog of a subscriber, from the SUBSCRIBE or REFER sent and the NOTIFY received: that makes it, not the answer to
   * the request, which may come later or never. RFC 6665 §4.4.1
   */
  static ofNotify(subscribe: SipRequest, notify: SipRequest): Dialog {
    return new Dialog(subscriberDialog(subscribe, notify));
  }

  /**
   * A dialog written down earlier.
   * @throws EngineError `dialog.snapshot` when it was written by a version this one does not know
   */
  static restore(snapshot: DialogSnapshot): Dialog {
    const { version } = snapshot as { readonly version: number };
    if (version === 1) return new Dialog(snapshot);
    throw new EngineError("dialog.snapshot", { detail: `version ${version}; this engine reads version 1` });
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
    if (method === "ACK" || method === "CANCEL") this.#refuse(`${method} repeats the number of its request`);
    if (this.#data.state === "terminated") this.#refuse(`it is terminated; no ${method} can be sent`);
    const sequenceNumber = (this.#data.localSequenceNumber ?? 0) + 1;
    const request = this.#build(method, sequenceNumber);
    this.#data.localSequenceNumber = sequenceNumber;
    return request;
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

  /**
   * Moves the remote target to the Contact of a target refresh request, or of its 2xx or reliable 1xx; never by a failure.
   * Whether a 1xx is reliable the caller knows. The route set stays. RFC 3261 §12.2, RFC 6141 §4.4
   */
  refreshTarget(message: SipRequest | SipResponse): void {
    if (!refreshesTarget(message.method) || (message.kind === "response" && message.statusCode >= 300)) return;
    const contact = contactUri(message);
    if (contact !== undefined) this.#data.remoteTarget = detachedText(contact);
  }

  /** A 2xx confirms the dialog; the caller computes the route set anew from it. RFC 3261 §13.2.2.4 */
  confirm(response: SipResponse): void {
    if (this.#data.state === "terminated") return;
    if (this.#data.isCaller && this.#data.state === "early") {
      this.#data.routeSet = recordRoutes(response).toReversed().map(detachedText);
      this.#data.remoteTarget = detachedText(contactUri(response) ?? this.#data.remoteTarget);
    }
    this.#data.state = "confirmed";
  }

  /** The dialog is over. */
  terminate(): void {
    this.#data.state = "terminated";
  }

  /** The dialog as plain data. */
  snapshot(): DialogSnapshot {
    return { ...this.#data, routeSet: [...this.#data.routeSet] };
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

function detached(data: DialogSnapshot): Mutable<DialogSnapshot> {
  return {
    ...data,
    callId: detachedText(data.callId),
    local: detachedText(data.local),
    remote: detachedText(data.remote),
    localTag: detachedText(data.localTag),
    remoteTag: detachedText(data.remoteTag),
    remoteTarget: detachedText(data.remoteTarget),
    routeSet: data.routeSet.map(detachedText),
  };
}

function credentialsOf(invite: SipRequest): HeaderField[] {
  return [...invite.fieldsOf("authorization"), ...invite.fieldsOf("proxy-authorization")];
}
