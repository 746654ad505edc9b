import type { TimerHandle } from "../../clock/clock.js";
import { EngineError, isEngineError } from "../../errors/engine-error.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ExchangeOutcome } from "../exchange/client-exchange.js";
import { glareDelay } from "../invite/glare.js";
import type { InviteClientUser } from "../invite/invite-client.js";
import { continueSession } from "../sdp/session-origin.js";
import { acknowledgeSuccess } from "./acknowledge.js";
import { InviteExchange } from "./invite-exchange.js";
import { rejectionError } from "./rejection-error.js";
import { takeProvisional } from "./send-prack.js";
import type { SessionCore } from "./session-core.js";

/** What is to change: a description of ours to offer, one asked of the peer, or nothing but a sign of life. */
export type ChangeContent = "offer" | "ask" | "refresh";

/** A change of the session that waits for its turn or its answer. */
interface Change {
  readonly method: "INVITE" | "UPDATE";
  readonly content: ChangeContent;
  /** The description to offer, where it is not for the media to say. */
  readonly description: string | undefined;
  /** Adds header fields. */
  readonly prepare: ((draft: RequestBuilder) => void) | undefined;
  readonly resolve: (response: SipResponse) => void;
  readonly reject: (error: unknown) => void;
  /** How often it met a request of the peer. */
  glares: number;
}

/** How a change is asked for. */
export interface ChangeOptions {
  readonly description?: string | undefined;
  readonly prepare?: ((draft: RequestBuilder) => void) | undefined;
}

/** A change that meets the peer's own so often is given up. */
const mostGlares = 5;

/**
 * Changes a session from our side, by re-INVITE (RFC 3261 §14.1) or UPDATE (RFC 3311 §5.1): one change after the other, none
 * while the peer changes it. A 491 is tried again after a while.
 */
export class SessionClient {
  readonly #core: SessionCore;
  readonly #queue: Change[] = [];
  #current: Change | undefined;
  #glare: TimerHandle | undefined;
  #isStopped = false;

  static readonly #onGlareOver = (self: SessionClient): void => self.#endGlare();

  constructor(core: SessionCore) {
    this.#core = core;
  }

  /**
   * Changes the session; the promise is kept with the 2xx, or broken by `ua.rejected` with the final status, by `ua.ended`
   * when the session ends first.
   */
  change(method: "INVITE" | "UPDATE", content: ChangeContent, options: ChangeOptions = {}): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      const { description, prepare } = options;
      this.#queue.push({ method, content, description, prepare, resolve, reject, glares: 0 });
      this.proceed();
    });
  }

  /** Something is over that the next change may have waited for. */
  proceed(): void {
    if (this.#current !== undefined || this.#glare !== undefined || this.#isStopped) return;
    const [next] = this.#queue;
    if (next === undefined || !this.#mayStart(next)) return;
    this.#queue.shift();
    this.#current = next;
    this.#start(next);
  }

  /** The session has ended. */
  stop(): void {
    this.#isStopped = true;
    if (this.#glare !== undefined) this.#core.agent.context.clock.clearTimeout(this.#glare);
    this.#glare = undefined;
    const waiting = [...(this.#current === undefined ? [] : [this.#current]), ...this.#queue.splice(0)];
    this.#current = undefined;
    for (const change of waiting) {
      change.reject(new EngineError("ua.ended", { detail: `${change.method} was not answered` }));
    }
  }

  #mayStart({ method, content }: Change): boolean {
    const { transactions, offerAnswer, dialog } = this.#core;
    if (method === "INVITE") return transactions.mayInvite && offerAnswer.canOffer && dialog.state === "confirmed";
    return content === "refresh" || offerAnswer.canOffer;
  }

  #start(change: Change): void {
    const { method, content } = change;
    if (content === "ask") return this.#guard(change, () => this.#invite(change, undefined));
    if (content === "refresh") {
      const description = method === "INVITE" ? this.#core.offerAnswer.local : undefined;
      if (method === "UPDATE") return this.#guard(change, () => this.#update(change, undefined));
      if (description !== undefined) return this.#guard(change, () => this.#invite(change, description));
      if (this.#core.media === undefined) return this.#guard(change, () => this.#invite(change, undefined));
    }
    this.#core.withOffer(
      (description) => this.#offer(change, description),
      (error) => this.#fail(change, error),
    );
  }

  #offer(change: Change, made: string): void {
    if (this.#current !== change) return;
    const { local } = this.#core.offerAnswer;
    const { method, description = made } = change;
    const offer = local === undefined ? description : continueSession(local, description);
    this.#guard(change, () => (method === "INVITE" ? this.#invite(change, offer) : this.#update(change, offer)));
  }

  #guard(change: Change, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.#fail(change, error);
    }
  }

  #invite(change: Change, description: string | undefined): void {
    const core = this.#core;
    const { context, sender } = core.agent;
    const before = core.offerAnswer.local;
    let sequenceNumber: number | undefined;
    const draft = (): RequestBuilder => {
      if (sequenceNumber !== undefined) core.offerAnswer.withdraw("INVITE", sequenceNumber);
      const invite = this.#draft(change, description);
      core.info.prepareRequest(invite);
      const request = invite.build();
      sequenceNumber = request.cseq.sequenceNumber;
      core.offerAnswer.send(request);
      return invite;
    };
    const exchange = new InviteExchange(
      { context, sender, digest: core.digest },
      {
        draft,
        dialog: core.dialog,
        options: core.agent.sendOptions(),
        retryAfter: (response) => (core.timer?.receiveResponse(response) ? 0 : undefined),
      },
      this.#inviteUser(change, before),
    );
    core.transactions.noteSentInvite(exchange);
    exchange.start();
  }

  #inviteUser(change: Change, before: string | undefined): InviteClientUser {
    const core = this.#core;
    return {
      onProvisional: (response, branch) => {
        if (branch !== undefined) takeProvisional(core, response, branch);
      },
      onSuccess: (response, branch) =>
        acknowledgeSuccess(core, response, branch, () => this.#succeed(change, response)),
      onFailure: (response) => {
        core.offerAnswer.receive(response);
        this.#receiveFailure(change, response.statusCode, response);
        this.#mendHalfDone(before);
      },
    };
  }

  /** A re-INVITE failed after part of it was agreed on: offers what was before. RFC 6141 §3.3 */
  #mendHalfDone(before: string | undefined): void {
    const { local } = this.#core.offerAnswer;
    if (before === undefined || local === before || this.#isStopped) return;
    this.change("INVITE", "offer", { description: before }).catch(() => {});
  }

  #update(change: Change, description: string | undefined): void {
    const core = this.#core;
    let sequenceNumber = 0;
    const draft = (): RequestBuilder => {
      core.offerAnswer.withdraw("UPDATE", sequenceNumber);
      const update = this.#draft(change, description);
      const request = update.build();
      sequenceNumber = request.cseq.sequenceNumber;
      core.offerAnswer.send(request);
      return update;
    };
    core.exchange(draft, (outcome) => {
      if (outcome.response !== undefined) core.offerAnswer.receive(outcome.response);
      else core.offerAnswer.withdraw("UPDATE", sequenceNumber);
      this.#receiveUpdateOutcome(change, outcome, description !== undefined);
    });
  }

  #receiveUpdateOutcome(change: Change, { response, statusCode, error }: ExchangeOutcome, isOffer: boolean): void {
    const core = this.#core;
    if (response?.isSuccess !== true) {
      if (response !== undefined && core.timer?.receiveResponse(response)) return this.#again(change);
      return this.#receiveFailure(change, statusCode, response, error);
    }
    core.dialog.refreshTarget(response);
    core.learn(response);
    core.timer?.receiveResponse(response);
    if (isOffer) core.tellAgreed();
    this.#succeed(change, response);
  }

  #draft({ method, prepare }: Change, description: string | undefined): RequestBuilder {
    const draft = this.#core.dialog.createRequest(method);
    this.#core.agent.completeRequest(draft);
    this.#core.timer?.prepareRequest(draft);
    prepare?.(draft);
    if (description !== undefined) draft.setBody(description, "application/sdp");
    return draft;
  }

  #receiveFailure(change: Change, statusCode: number, response?: SipResponse, error?: EngineError): void {
    if (statusCode === 491 && change.glares++ < mostGlares && this.#current === change) {
      return this.#waitForGlare(change);
    }
    this.#core.noteFailure(statusCode);
    this.#fail(change, rejectionError(statusCode, response, error));
  }

  /** RFC 3261 §14.1, RFC 3311 §5.1 */
  #waitForGlare(change: Change): void {
    const { context } = this.#core.agent;
    this.#again(change, false);
    const delay = glareDelay(this.#core.dialog.isCaller, context.random);
    this.#glare = context.clock.setTimeout(SessionClient.#onGlareOver, delay, this);
  }

  #endGlare(): void {
    this.#glare = undefined;
    this.proceed();
  }

  #again(change: Change, atOnce = true): void {
    this.#current = undefined;
    this.#queue.unshift(change);
    if (atOnce) this.proceed();
  }

  #succeed(change: Change, response: SipResponse): void {
    change.resolve(response);
    this.#finish(change);
  }

  #fail(change: Change, error: unknown): void {
    change.reject(
      isEngineError(error) ? error : new EngineError("offer-answer.state", { detail: String(error), cause: error }),
    );
    this.#finish(change);
  }

  #finish(change: Change): void {
    if (this.#current !== change) return;
    this.#current = undefined;
    this.proceed();
  }
}
