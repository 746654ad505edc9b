import type { BridgeLeg, RelinkOptions } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import { dropLink, linkSessions } from "../../../session/session-link.js";
import type { BridgedCall, LegChange } from "../call/bridged-call.js";
import { targetText } from "../policy/bridge-settings.js";
import { endCall, endLeg } from "../relay/end-call.js";
import { DescriptionExchange, type ExchangeUser } from "./description-exchange.js";

/** Who hears how a leg is replaced. */
export interface RelinkObserver {
  /** The newcomer gave a provisional. */
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

/** Puts a newcomer in place of one leg of a call that stands: calls them, and lets the leg that stays agree with them. */
export class Relink implements ExchangeUser, LegChange {
  readonly replaced: ContainerSipSession;
  readonly #parts: RelinkParts;
  readonly #exchange: DescriptionExchange;
  readonly #newcomer: ContainerSipSession;
  #isOver = false;
  #isReplacedGone = false;

  constructor(parts: RelinkParts) {
    this.#parts = parts;
    this.replaced = parts.replaced;
    const { call, leg, surviving } = parts;
    const invite = this.#createInvite();
    this.#newcomer = invite.session;
    this.#newcomer.taker = surviving.taker;
    call.assign(this.#newcomer, leg);
    this.#exchange = new DescriptionExchange({ call, invite, answering: surviving, user: this });
  }

  async start(): Promise<void> {
    const { call } = this.#parts;
    call.change = this;
    call.isRelinked = true;
    try {
      await this.#exchange.start();
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  onExchangeProgress(status: number, reason: string): void {
    this.#parts.observer.onProgress(status, reason);
  }

  onAgreed(newcomer: ContainerSipSession): unknown {
    const { call, leg, replaced, surviving, observer } = this.#parts;
    dropLink(replaced);
    dropLink(surviving);
    linkSessions(surviving, newcomer);
    call.assign(replaced, leg);
    call[leg] = newcomer;
    this.#finish();
    return observer.onDone(200);
  }

  onDisagreed(status: number, reason?: string): unknown {
    const { call, leg, observer } = this.#parts;
    this.#finish();
    endLeg(call, this.#newcomer, {});
    const told = observer.onDone(status, reason);
    if (!this.#isReplacedGone) return told;
    return endCall(call, { by: leg, cause: "failed", status, reason: `SIP;cause=${status}` });
  }

  onReplacedGone(): void {
    this.#isReplacedGone = true;
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#exchange.stop();
    endLeg(this.#parts.call, this.#newcomer, {});
    this.#parts.observer.onDone(487);
  }

  /** The newcomer is called in the name of the leg that stays. */
  #createInvite(): ContainerSipServletRequest {
    const { call, surviving, options } = this.#parts;
    const { factory, ownUriFor } = call.context;
    const to = `<${targetText(options.to)}>`;
    const made = factory.createRequest(call.applicationSession, "INVITE", surviving.remoteParty, to);
    const invite = made as ContainerSipServletRequest;
    for (const [name, value] of Object.entries(options.headers ?? {})) invite.addHeader(name, value);
    invite.requestUri = ownUriFor(invite) ?? invite.requestUri;
    return invite;
  }

  #finish(): void {
    const { call } = this.#parts;
    this.#isOver = true;
    if (call.change === this) call.change = undefined;
  }
}
