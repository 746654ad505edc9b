/**
 * One INVITE sent, and its answers — RFC 3261 §13.2, RFC 3262 §4, RFC 6228: what lies between the transaction and the one
 * who decides. Serves the INVITE that makes a call, with all the dialogs that forking makes of it, and each re-INVITE.
 *
 *   calling ─1xx→ calling (an early dialog for each To tag; reliable ones once and in order)
 *   calling ─2xx→ accepted ─2xx of another tag→ accepted (a further dialog)
 *           accepted ─64·T1→ finished (early dialogs without 2xx end);  repeated 2xx gets its ACK again
 *   calling ─300–699, timeout, transport error→ failed (all early dialogs end)
 */
import type { TimerHandle } from "../../clock/clock.js";
import { Dialog } from "../../dialog/dialog.js";
import { EngineError } from "../../errors/engine-error.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ClientTransaction } from "../../transaction/client-transaction.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { SendRequestOptions, SentRequest, SentRequestUser } from "../../transaction/sent-request.js";
import { createLocalResponse } from "../local-response.js";
import { startSeconds, type UsageContext } from "../usage-context.js";
import { expiresOf } from "./expires-of.js";
import { InviteClientBranch } from "./invite-client-branch.js";

/** Who decides about an INVITE sent. */
export interface InviteClientUser {
  /** 101–199; a reliable one once and in its order: PRACK it. Without To tag it belongs to no dialog. */
  onProvisional(response: SipResponse, branch: InviteClientBranch | undefined, invite: InviteClient): void;
  /** The first 2xx of a dialog: ACK it, and send BYE too when the dialog is not wanted (`invite.isCancelled`, a fork). */
  onSuccess(response: SipResponse, branch: InviteClientBranch, invite: InviteClient): void;
  /** 300–699, or what `error` stands for: a timeout (408), a broken transport. All early dialogs have ended; told once. */
  onFailure(response: SipResponse, invite: InviteClient, error?: EngineError): void;
  /** An early dialog ended while others may live: by 199, or 64·T1 after the first 2xx. */
  onBranchEnded?(branch: InviteClientBranch, invite: InviteClient): void;
}

/** What the part needs. */
export interface InviteClientParts {
  readonly context: UsageContext;
  readonly sender: Pick<RequestSender, "send" | "sendAck">;
  readonly user: InviteClientUser;
  /** The dialog a re-INVITE is sent in. */
  readonly dialog?: Dialog;
  readonly options?: SendRequestOptions;
}

/** One INVITE sent, and its answers. */
export class InviteClient implements SentRequestUser {
  readonly #parts: InviteClientParts;
  readonly #branches = new Map<string, InviteClientBranch>();
  #sent: SentRequest | undefined;
  #draft: SipRequest | undefined;
  #accepted: ClientTransaction | undefined;
  #isCancelled = false;
  #isFinal = false;
  #expiry: TimerHandle | undefined;

  static readonly #onExpiry = (self: InviteClient): void => self.cancel();

  constructor(parts: InviteClientParts) {
    this.#parts = parts;
  }

  /** The INVITE: as it was sent last, before that as it was given. Undefined before `start`. */
  get request(): SipRequest | undefined {
    return this.#sent?.request ?? this.#draft;
  }

  /** The dialogs by remote tag, those that have ended included. */
  get branches(): ReadonlyMap<string, InviteClientBranch> {
    return this.#branches;
  }

  /** Whether a final response came, or what stands for one. Further 2xx may follow a 2xx. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** Whether it was cancelled; a 2xx that comes all the same makes a dialog to be ended by BYE. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /**
   * Sends the INVITE. Its Expires cancels it when nobody answers in time (RFC 3261 §13.2.1).
   * @throws EngineError when it is clear at once that it cannot be sent
   */
  start(request: RequestBuilder): void {
    const { sender, options, context } = this.#parts;
    this.#draft = request.build();
    const seconds = expiresOf(this.#draft);
    this.#sent = sender.send(request, this, options);
    if (seconds !== undefined && !this.#isFinal) {
      this.#expiry = startSeconds(context.clock, InviteClient.#onExpiry, seconds, this);
    }
  }

  /** Cancels the INVITE, once a provisional has come; without effect after a final response. RFC 3261 §9.1 */
  cancel(fields: readonly HeaderField[] = []): void {
    if (this.#isFinal || this.#isCancelled) return;
    this.#isCancelled = true;
    this.#sent?.cancel(fields);
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    if (response.isProvisional) this.#receiveProvisional(response, transaction);
    else if (response.isSuccess) this.#receiveSuccess(response, transaction);
    else this.#fail(response);
  }

  onTimeout(transaction: ClientTransaction): void {
    const { request } = transaction;
    const error = new EngineError("ua.timeout", { detail: `${request.method} to ${request.requestUriText}` });
    this.#fail(createLocalResponse(request, 408), error);
  }

  onTransportError(error: EngineError, transaction: ClientTransaction): void {
    this.#fail(createLocalResponse(transaction.request, error.code === "transport.flow" ? 430 : 503), error);
  }

  onNotSent(error: EngineError, sent: SentRequest): void {
    this.#fail(createLocalResponse(sent.request, error.statusCode ?? 503), error);
  }

  /** 64·T1 after the first 2xx no other can come (RFC 3261 §13.2.2.4). */
  onTerminated(transaction: ClientTransaction): void {
    if (transaction !== this.#accepted) return;
    for (const branch of this.#branches.values()) if (branch.state === "early") this.#end(branch);
  }

  #receiveProvisional(response: SipResponse, transaction: ClientTransaction): void {
    const { user } = this.#parts;
    if (response.statusCode === 100 || this.#isFinal) return;
    const branch = this.#branchOf(response, transaction);
    if (branch === undefined) {
      if (response.toTag === undefined) user.onProvisional(response, undefined, this);
      return;
    }
    if (branch.state === "ended" || branch.receiveProvisional(response) !== "new") return;
    user.onProvisional(response, branch, this);
    if (response.statusCode === 199) this.#end(branch);
  }

  #receiveSuccess(response: SipResponse, transaction: ClientTransaction): void {
    this.#accepted ??= transaction;
    this.#finish();
    const branch = this.#branchOf(response, transaction);
    if (branch?.receiveSuccess(response)) this.#parts.user.onSuccess(response, branch, this);
  }

  #fail(response: SipResponse, error?: EngineError): void {
    if (this.#isFinal) return;
    this.#finish();
    for (const branch of this.#branches.values()) branch.end();
    this.#parts.user.onFailure(response, this, error);
  }

  #end(branch: InviteClientBranch): void {
    branch.end();
    this.#parts.user.onBranchEnded?.(branch, this);
  }

  #finish(): void {
    this.#isFinal = true;
    if (this.#expiry !== undefined) this.#parts.context.clock.clearTimeout(this.#expiry);
    this.#expiry = undefined;
  }

  /**
   * The dialog a response belongs to, made when it is new. A provisional without tag has none, and a 199 makes none
   * (RFC 6228 §4); a 2xx whose early dialog was over makes it anew.
   */
  #branchOf(response: SipResponse, { request }: ClientTransaction): InviteClientBranch | undefined {
    const { dialog } = this.#parts;
    const tag = dialog?.remoteTag ?? response.toTag ?? "";
    const known = this.#branches.get(tag);
    if (known !== undefined && (known.state !== "ended" || response.isProvisional)) return known;
    if (response.isProvisional && (tag === "" || response.statusCode === 199)) return undefined;
    const branch = new InviteClientBranch({
      invite: request,
      dialog: dialog ?? Dialog.ofClient(request, response),
      isInsideDialog: dialog !== undefined,
      sendAck: (ack) => this.#sendAck(ack),
    });
    this.#branches.set(tag, branch);
    return branch;
  }

  #sendAck(ack: SipRequest): void {
    const { from, connection } = this.#parts.options ?? {};
    this.#parts.sender.sendAck(ack, { from, connection: connection?.isOpen ? connection : undefined });
  }
}
