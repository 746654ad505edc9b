import { glareDelay, type TimerHandle } from "@siplet/core";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import type { BridgedCall, BridgeErrand } from "../call/bridged-call.js";
import { writeBody } from "../relay/copy-content.js";
import { acknowledge } from "../relay/relay-request.js";
import { sendQuietly, statusOfFailure } from "../relay/send-quietly.js";

/** Who wants two ends to agree. */
export interface ExchangeUser {
  /** The one who is to make the offer gave a provisional. */
  onExchangeProgress(status: number, reason: string): void;
  /** Both have the description of the other. */
  onAgreed(offering: ContainerSipSession): unknown;
  /** One of them refused; what is left of the INVITE is to be ended. */
  onDisagreed(status: number, reason?: string): unknown;
}

/** Who is to agree with whom. */
export interface ExchangeParts {
  readonly call: BridgedCall;
  /** The INVITE without description: its 2xx brings the offer. */
  readonly invite: ContainerSipServletRequest;
  /** The session that gets the offer. */
  readonly answering: ContainerSipSession;
  readonly user: ExchangeUser;
}

/**
 * Brings two ends to terms whom the bridge calls itself — RFC 3725 §4.1.
 *
 *   INVITE without description → offering;  its 2xx brings the offer → re-INVITE with it → answering
 *   that one's 2xx brings the answer → ACK with it → offering, ACK → answering;  491 → once more after a while
 */
export class DescriptionExchange implements BridgeErrand {
  readonly #parts: ExchangeParts;
  #offer: ContainerSipServletResponse | undefined;
  #retry: TimerHandle | undefined;
  #isOver = false;

  static readonly #onRetry = (self: DescriptionExchange): void => self.#tryAgain();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { call, invite } = this.#parts;
    call.giveTo(this, invite);
    await invite.send();
  }

  takeResponse(response: ContainerSipServletResponse): unknown {
    const { call, invite } = this.#parts;
    const isOffering = response.request === invite;
    if (response.status < 200) return this.#takeProvisional(response, isOffering);
    if (!this.#isOver) return isOffering ? this.#takeOffer(response) : this.#takeAnswer(response);
    return isOffering && response.status < 300 ? endDialog(call, response) : acknowledge(call, response);
  }

  /** Nothing comes of it any more. */
  stop(): void {
    const { clock } = this.#parts.call.context;
    this.#isOver = true;
    if (this.#retry !== undefined) clock.clearTimeout(this.#retry);
    if (this.#offer?.isCommitted === false) acknowledge(this.#parts.call, this.#offer);
  }

  #takeProvisional(response: ContainerSipServletResponse, isOffering: boolean): void {
    const { call, user } = this.#parts;
    if (response.isReliableProvisional) sendQuietly(call, response.createPrack() as ContainerSipServletRequest);
    if (isOffering && !this.#isOver) user.onExchangeProgress(response.status, response.reasonPhrase);
  }

  #takeOffer(response: ContainerSipServletResponse): unknown {
    if (response.status >= 300) return this.#retryOrFail(response.status, response.reasonPhrase);
    if (this.#offer !== undefined) return endDialog(this.#parts.call, response);
    this.#offer = response;
    return response.state.body.length === 0 ? this.#fail(488) : this.#propose();
  }

  #propose(): unknown {
    const { call, answering } = this.#parts;
    const offer = this.#offer;
    if (offer === undefined) return undefined;
    try {
      const reinvite = answering.createRequest("INVITE") as ContainerSipServletRequest;
      copyDescription(call, offer, reinvite);
      call.giveTo(this, reinvite);
      reinvite.send().catch((error: unknown) => this.#retryOrFail(statusOfFailure(error)));
    } catch (error) {
      this.#retryOrFail(statusOfFailure(error));
    }
    return undefined;
  }

  #takeAnswer(response: ContainerSipServletResponse): unknown {
    const { call, user } = this.#parts;
    if (response.status >= 300) return this.#retryOrFail(response.status, response.reasonPhrase);
    const offer = this.#offer;
    if (offer === undefined) return acknowledge(call, response);
    const ack = offer.createAck() as ContainerSipServletRequest;
    copyDescription(call, response, ack);
    acknowledge(call, response);
    sendQuietly(call, ack);
    this.#isOver = true;
    return user.onAgreed(offer.session);
  }

  /** Both ends spoke at once: once more after the time of RFC 3261 §14.1. */
  #retryOrFail(status: number, reason?: string): unknown {
    if (status !== 491 || this.#offer === undefined) return this.#fail(status, reason);
    const { clock, random } = this.#parts.call.context;
    const delay = glareDelay(this.#parts.answering.role === "uac", random);
    this.#retry = clock.setTimeout(DescriptionExchange.#onRetry, delay, this);
    return undefined;
  }

  #tryAgain(): void {
    this.#retry = undefined;
    const { call, answering } = this.#parts;
    call.context.runInSession(answering, "another attempt to agree", () =>
      this.#isOver ? undefined : this.#propose(),
    );
  }

  #fail(status: number, reason?: string): unknown {
    this.stop();
    return this.#parts.user.onDisagreed(status, reason);
  }
}

/** Ends a dialog that nobody wants. */
export function endDialog(call: BridgedCall, response: ContainerSipServletResponse): void {
  acknowledge(call, response);
  if (response.session.isValid && response.session.dialogState === "CONFIRMED") void response.session.terminateDialog();
}

function copyDescription(call: BridgedCall, from: ContainerSipServletResponse, to: ContainerSipServletRequest): void {
  const draft = to.state.draft();
  if (from.contentType !== undefined) draft.addText("Content-Type", from.contentType);
  writeBody(call, draft, from.state.body, to.session);
}
