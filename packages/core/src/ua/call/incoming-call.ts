import { Dialog } from "../../dialog/dialog.js";
import { EngineError } from "../../errors/engine-error.js";
import { createResponse } from "../../message/create-response.js";
import type { HeaderField } from "../../message/header-field.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { InviteServer, type InviteServerUser } from "../invite/invite-server.js";
import { OfferAnswer } from "../offer-answer/offer-answer.js";
import { addHeaders, Call, type HangUpOptions } from "./call.js";
import type { CallAgent } from "../session/call-agent.js";
import type { CallEnd } from "./call-events.js";
import { DescribedMedia, type CallMedia } from "../session/call-media.js";
import { CallSession, ended } from "./call-session.js";
import { LatePracks } from "./late-pracks.js";

/** What goes into an answer to a call. */
export interface AnswerOptions {
  /** Our description: the answer to the caller's offer, or our offer when it made none. */
  readonly sdp?: string;
  /** Who makes our descriptions from now on. */
  readonly media?: CallMedia;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes into a provisional response to a call. */
export interface ProgressOptions {
  /** 180 when left out. */
  readonly statusCode?: number;
  readonly reason?: string;
  /** Our description, for media ahead of the answer. */
  readonly sdp?: string;
  /** Whether the caller has to acknowledge it (RFC 3262); what the caller requires is done in any case. */
  readonly reliable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes into a refusal. */
export interface RejectOptions {
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call that came is made of. */
export interface IncomingCallParts {
  readonly transaction: ServerTransaction;
  readonly toTag: string;
  readonly media: CallMedia | undefined;
  /** The call that this one is to take the place of (RFC 3891): it ends when this one is answered. */
  readonly replaces?: Call | undefined;
  /** The call that this one is to be mixed into (RFC 3911). */
  readonly joins?: Call | undefined;
}

/** A call that came. Answer, reject or redirect it; until then the caller hears what `progress` tells. RFC 3261 §13.3 */
export class IncomingCall extends Call implements InviteServerUser {
  readonly direction = "incoming";
  /** The INVITE. */
  readonly request: SipRequest;
  readonly replaces: Call | undefined;
  readonly joins: Call | undefined;
  readonly #invite: InviteServer;
  readonly #transaction: ServerTransaction;
  /** Tag of the To in all our answers. */
  readonly toTag: string;
  readonly #offerAnswer = new OfferAnswer();
  #session: CallSession | undefined;
  #isDecided = false;

  constructor(agent: CallAgent, parts: IncomingCallParts) {
    super(agent, parts.media);
    const { transaction } = parts;
    this.request = transaction.request;
    this.replaces = parts.replaces;
    this.joins = parts.joins;
    this.#transaction = transaction;
    this.toTag = parts.toTag;
    this.#invite = new InviteServer(transaction, agent.context, this);
    this.#offerAnswer.receive(this.request);
  }

  get session(): CallSession | undefined {
    return this.#session;
  }

  get callId(): string {
    return this.request.callId;
  }

  /** The caller's offer; undefined when it wants one from us, or was answered. */
  get offer(): string | undefined {
    const { open } = this.#offerAnswer;
    return open?.by === "remote" ? open.description : undefined;
  }

  /**
   * Tells the caller how it goes, by 101–199. A description goes out once, or as a preview of the answer.
   * @throws EngineError `ua.state`, `offer-answer.state` where this cannot be said now
   */
  progress(options: ProgressOptions = {}): void {
    const { statusCode = 180, sdp } = options;
    this.#checkUndecided(statusCode);
    const isReliable = this.#invite.reliability === "required" || options.reliable === true;
    this.#checkDescription(sdp, isReliable);
    const draft = createResponse(this.request, statusCode, { toTag: this.toTag, reason: options.reason });
    if (isReliable) this.#invite.prepareReliable(draft, this.toTag);
    if (sdp !== undefined) draft.setBody(sdp, "application/sdp");
    addHeaders(draft, options.headers);
    const { core } = this.#openSession(statusCode);
    if (isReliable) {
      core.info.prepareResponse(this.request, draft);
      core.dialog.refreshTarget(this.request);
    }
    if (sdp !== undefined) this.#takeMedia({ sdp });
    this.agent.completeResponse(draft, this.request, this.#transaction.connection);
    const response = draft.build();
    const role = core.offerAnswer.send(response);
    this.#invite.respond(response);
    if (role === "answer") core.tellAgreed();
    this.noteEarly();
  }

  /**
   * Accepts the call. Kept when the ACK has come; broken when the call ends before, by 488 when the media find nothing in
   * the offer that they could do.
   * @throws EngineError `ua.state` when it was answered, rejected or cancelled before
   */
  answer(options: AnswerOptions = {}): Promise<void> {
    this.#checkUndecided(200);
    this.#isDecided = true;
    this.#takeMedia(options);
    const { core } = this.#openSession(200);
    const { open } = core.offerAnswer;
    const finish = (description: string | undefined): void => this.#accept(description, options);
    if (core.offerAnswer.owesOffer) this.#withOffer(options.sdp, finish);
    else if (open?.by !== "remote") finish(undefined);
    else if (options.sdp !== undefined || core.media === undefined) finish(options.sdp ?? open.preview);
    else if (open.preview !== undefined) finish(open.preview);
    else core.withAnswer(open.description, (answer) => (answer === undefined ? this.#refuseOffer() : finish(answer)));
    return this.confirmed;
  }

  /** Refuses the call: 486 unless another final status fits better. @throws EngineError `ua.state` when it is too late */
  reject(statusCode = 486, options: RejectOptions = {}): void {
    this.#checkUndecided(statusCode);
    const draft = createResponse(this.request, statusCode, { toTag: this.toTag, reason: options.reason });
    addHeaders(draft, options.headers);
    this.#refuse(draft.build(), ended("local", "rejected", statusCode));
  }

  /** Sends the caller elsewhere: Contact values in the order of preference. @throws EngineError `ua.state` when it is too late */
  redirect(contacts: readonly string[], statusCode = 302): void {
    this.#checkUndecided(statusCode);
    const draft = createResponse(this.request, statusCode, { toTag: this.toTag });
    for (const contact of contacts) draft.addText("Contact", contact);
    this.#refuse(draft.build(), ended("local", "rejected", statusCode));
  }

  /** The caller cancelled, in time. RFC 3261 §9.2 */
  receiveCancel(cancel: SipRequest): void {
    const response = createResponse(this.request, 487, { toTag: this.toTag }).build();
    const reason = cancel.getText("Reason");
    this.#refuse(response, { by: "remote", cause: "cancelled", statusCode: 487, reason, message: cancel });
  }

  onProvisionalUnacknowledged(): void {
    const response = createResponse(this.request, 504, { toTag: this.toTag }).build();
    this.#refuse(response, ended("network", "timeout", 504));
  }

  onSuccessUnacknowledged(response: SipResponse, invite: InviteServer): void {
    this.#session?.server.onSuccessUnacknowledged(response, invite);
  }

  onInviteExpired(): void {
    const response = createResponse(this.request, 487, { toTag: this.toTag }).build();
    this.#refuse(response, ended("network", "expired", 487));
  }

  onSessionEnded(end: CallEnd): void {
    this.#isDecided = true;
    this.noteEnded(end);
  }

  protected endEarly({ statusCode = 603 }: HangUpOptions, fields: readonly HeaderField[]): Promise<void> {
    if (this.end === undefined && !this.#invite.isFinal) {
      const draft = createResponse(this.request, statusCode, { toTag: this.toTag }).addFields(fields);
      this.#refuse(draft.build(), ended("local", "rejected", statusCode));
    }
    return Promise.resolve();
  }

  /** A 2xx that waits for a PRACK has not left yet: the call can still be refused. */
  protected override sendBye(fields: readonly HeaderField[]): Promise<void> {
    return this.#invite.isFinal ? super.sendBye(fields) : this.endEarly({}, fields);
  }

  #takeMedia({ sdp, media }: AnswerOptions): void {
    if (media !== undefined) this.media = media;
    else if (sdp !== undefined && this.media instanceof DescribedMedia) this.media.describe(sdp);
    else if (sdp !== undefined) this.media ??= new DescribedMedia(sdp);
    if (this.#session !== undefined) this.#session.core.media = this.media;
  }

  /** The dialog begins with the first answer that has a To tag. */
  #openSession(statusCode: number): CallSession {
    if (this.#session !== undefined) return this.#session;
    const skeleton = createResponse(this.request, statusCode < 200 ? 180 : 200, { toTag: this.toTag }).build();
    const { isSecure } = this.#transaction.connection.transport;
    const session = new CallSession(
      {
        agent: this.agent,
        dialog: Dialog.ofServer(this.request, skeleton, isSecure),
        media: this.media,
        digest: this.agent.createDigest(),
        offerAnswer: this.#offerAnswer,
      },
      this,
    );
    session.core.learn(this.request);
    session.server.adopt(this.#invite);
    this.#session = session;
    return session;
  }

  #withOffer(sdp: string | undefined, finish: (description: string | undefined) => void): void {
    const { core } = this.#openSession(200);
    if (sdp !== undefined || core.media === undefined) return finish(sdp);
    core.withOffer(finish, () => this.#refuseOffer());
  }

  #accept(description: string | undefined, { headers }: AnswerOptions): void {
    if (this.end !== undefined || this.#invite.isFinal) return;
    const { core } = this.#openSession(200);
    const draft = createResponse(this.request, 200, { toTag: this.toTag });
    core.timer?.answer(this.request, draft);
    core.info.prepareResponse(this.request, draft);
    if (description !== undefined) draft.setBody(description, "application/sdp");
    addHeaders(draft, headers);
    this.agent.completeResponse(draft, this.request, this.#transaction.connection);
    const response = draft.build();
    core.dialog.confirm(response);
    const role = core.offerAnswer.send(response);
    this.noteAnswered();
    this.#invite.respond(response);
    if (role === "answer") core.tellAgreed();
    if (this.replaces !== undefined) void this.replaces.hangUp({ reason: { cause: 200, text: "Call replaced" } });
  }

  #refuseOffer(): void {
    if (this.end !== undefined || this.#invite.isFinal) return;
    const response = createResponse(this.request, 488, { toTag: this.toTag }).build();
    this.#refuse(response, ended("local", "rejected", 488));
  }

  #refuse(response: SipResponse, end: CallEnd): void {
    this.#isDecided = true;
    if (this.#invite.isFinal || this.end !== undefined) return;
    this.#offerAnswer.send(response);
    this.#invite.respond(response);
    this.#session?.discard();
    if (this.#invite.expectsPrack && this.#session !== undefined) {
      LatePracks.await(this.agent, this.#session.dialog, this.#invite);
    }
    this.noteEnded(end);
  }

  #checkUndecided(statusCode: number): void {
    if (!this.#isDecided && this.#invite.isOpen) return;
    throw new EngineError("ua.state", { detail: `${statusCode}: the call is ${this.state}` });
  }

  /** Where a description may stand in a provisional, and where one must. RFC 3262 §5, RFC 6337 §2.2 */
  #checkDescription(sdp: string | undefined, isReliable: boolean): void {
    const { open, owesOffer } = this.#offerAnswer;
    const isAsked = open?.by === "remote" && open.carrier === "INVITE";
    if (sdp !== undefined && !isAsked && !(isReliable && owesOffer)) {
      const detail = "no description may stand in this provisional; the answer was given, or it has to be reliable";
      throw new EngineError("offer-answer.state", { detail });
    }
    if (sdp === undefined && isReliable && owesOffer) {
      throw new EngineError("offer-answer.state", {
        detail: "the first reliable provisional has to bring our offer; give sdp",
      });
    }
  }
}
