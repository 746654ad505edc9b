import { glareDelay, type TimerHandle } from "@siplet/core";
import type { BridgeLeg, RelinkOptions } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import { dropLink, linkSessions } from "../../../session/session-link.js";
import { targetText } from "../policy/bridge-settings.js";
import type { BridgedCall, BridgeErrand, LegChange } from "../call/bridged-call.js";
import { writeBody } from "../relay/copy-content.js";
import { endCall, endLeg } from "../relay/end-call.js";
import { acknowledge } from "../relay/relay-request.js";
import { sendQuietly, statusOfFailure } from "../relay/send-quietly.js";

/** Who hears how a leg is replaced. */
export interface RelinkObserver {
  /** The new one gave a provisional. */
  onProgress(status: number, reason: string): void;
  /** It is over; by 2xx the leg was replaced. The observer ends the leg that was. */
  onDone(status: number, reason?: string): unknown;
}

/** What is to be replaced by whom. */
export interface RelinkParts {
  readonly call: BridgedCall;
  readonly leg: BridgeLeg;
  readonly replaced: ContainerSipSession;
  readonly surviving: ContainerSipSession;
  readonly options: RelinkOptions;
  readonly observer: RelinkObserver;
}

/**
 * Puts somebody else in place of one leg, by third party call control — RFC 3725 §4.1, with a call that already stands.
 *
 *   INVITE without description → newcomer;  its 2xx brings an offer → re-INVITE with it to the leg that stays;
 *   that one's 2xx brings the answer → ACK with it to the newcomer, ACK to the other; then the leg that was goes
 */
export class Relink implements BridgeErrand, LegChange {
  readonly replaced: ContainerSipSession;
  readonly #parts: RelinkParts;
  #invite: ContainerSipServletRequest | undefined;
  #offer: ContainerSipServletResponse | undefined;
  #retry: TimerHandle | undefined;
  #isOver = false;
  #isReplacedGone = false;

  static readonly #onRetry = (self: Relink): void => self.#tryAgain();

  constructor(parts: RelinkParts) {
    this.#parts = parts;
    this.replaced = parts.replaced;
  }

  /** Calls the newcomer in the name of the leg that stays. */
  start(): Promise<void> {
    const { call, leg, surviving, options } = this.#parts;
    const { factory } = call.context;
    const target = targetText(options.to);
    const made = factory.createRequest(call.applicationSession, "INVITE", surviving.remoteParty, `<${target}>`);
    const invite = made as ContainerSipServletRequest;
    for (const [name, value] of Object.entries(options.headers ?? {})) invite.addHeader(name, value);
    invite.requestUri = call.context.ownUriFor(invite) ?? invite.requestUri;
    invite.session.taker = surviving.taker;
    call.assign(invite.session, leg);
    call.giveTo(this, invite);
    call.change = this;
    this.#invite = invite;
    return invite.send();
  }

  takeResponse(response: ContainerSipServletResponse): unknown {
    if (this.#isOver) return this.#takeLate(response);
    if (response.status < 200) return this.#takeProvisional(response);
    return response.request === this.#invite ? this.#takeOffer(response) : this.#takeAnswer(response);
  }

  onReplacedGone(): void {
    this.#isReplacedGone = true;
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#giveUpNewcomer();
    this.#parts.observer.onDone(487);
  }

  #takeProvisional(response: ContainerSipServletResponse): void {
    if (response.isReliableProvisional) {
      sendQuietly(this.#parts.call, response.createPrack() as ContainerSipServletRequest);
    }
    if (response.request === this.#invite) this.#parts.observer.onProgress(response.status, response.reasonPhrase);
  }

  #takeOffer(response: ContainerSipServletResponse): unknown {
    if (response.status >= 300) return this.#fail(response.status, response.reasonPhrase);
    if (this.#offer !== undefined) return endNewcomer(this.#parts.call, response);
    this.#offer = response;
    return response.state.body.length === 0 ? this.#fail(488) : this.#propose();
  }

  /** The leg that stays gets the offer of the newcomer. */
  #propose(): unknown {
    const { call, surviving } = this.#parts;
    const offer = this.#offer;
    if (offer === undefined) return undefined;
    call.isRelinked = true;
    try {
      const reinvite = surviving.createRequest("INVITE") as ContainerSipServletRequest;
      const draft = reinvite.state.draft();
      if (offer.contentType !== undefined) draft.addText("Content-Type", offer.contentType);
      writeBody(call, draft, offer.state.body, surviving);
      call.giveTo(this, reinvite);
      reinvite.send().catch((error: unknown) => this.#retryOrFail(statusOfFailure(error)));
    } catch (error) {
      this.#retryOrFail(statusOfFailure(error));
    }
    return undefined;
  }

  #takeAnswer(response: ContainerSipServletResponse): unknown {
    const { call, observer } = this.#parts;
    if (response.status >= 300) return this.#retryOrFail(response.status, response.reasonPhrase);
    const offer = this.#offer;
    if (offer === undefined) return acknowledge(call, response);
    const ack = offer.createAck() as ContainerSipServletRequest;
    const draft = ack.state.draft();
    if (response.contentType !== undefined) draft.addText("Content-Type", response.contentType);
    writeBody(call, draft, response.state.body, ack.session);
    acknowledge(call, response);
    sendQuietly(call, ack);
    this.#exchangeLegs(offer.session);
    this.#finish();
    return observer.onDone(200);
  }

  #exchangeLegs(newcomer: ContainerSipSession): void {
    const { call, leg, replaced, surviving } = this.#parts;
    dropLink(replaced);
    dropLink(surviving);
    linkSessions(surviving, newcomer);
    call.assign(replaced, leg);
    call[leg] = newcomer;
  }

  /** Both ends spoke at once: once more after the time of RFC 3261 §14.1. */
  #retryOrFail(status: number, reason?: string): unknown {
    if (status !== 491) return this.#fail(status, reason);
    const { clock, random } = this.#parts.call.context;
    const delay = glareDelay(this.#parts.surviving.role === "uac", random);
    this.#retry = clock.setTimeout(Relink.#onRetry, delay, this);
    return undefined;
  }

  #tryAgain(): void {
    this.#retry = undefined;
    const { call, surviving } = this.#parts;
    call.context.runInSession(surviving, "another attempt to relink", () =>
      this.#isOver ? undefined : this.#propose(),
    );
  }

  #fail(status: number, reason?: string): unknown {
    const { call, leg, observer } = this.#parts;
    this.#finish();
    this.#giveUpNewcomer();
    const told = observer.onDone(status, reason);
    if (!this.#isReplacedGone) return told;
    return endCall(call, { by: leg, cause: "failed", status, reason: `SIP;cause=${status}` });
  }

  #finish(): void {
    const { call } = this.#parts;
    this.#isOver = true;
    if (call.change === this) call.change = undefined;
    if (this.#retry !== undefined) call.context.clock.clearTimeout(this.#retry);
  }

  #giveUpNewcomer(): void {
    const { call } = this.#parts;
    if (this.#invite !== undefined) endLeg(call, this.#invite.session, {});
    if (this.#offer !== undefined) endNewcomer(call, this.#offer);
  }

  /** An answer that came when all was decided. */
  #takeLate(response: ContainerSipServletResponse): void {
    if (response.request === this.#invite && response.status < 300) endNewcomer(this.#parts.call, response);
    else acknowledge(this.#parts.call, response);
  }
}

function endNewcomer(call: BridgedCall, response: ContainerSipServletResponse): void {
  acknowledge(call, response);
  if (response.session.isValid && response.session.dialogState === "CONFIRMED") void response.session.terminateDialog();
}
