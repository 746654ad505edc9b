import type { BridgeLeg } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import { dropLink, linkSessions } from "../../../session/session-link.js";
import type { BridgedCall, BridgeErrand, LegChange } from "../call/bridged-call.js";
import { endLeg } from "../relay/end-call.js";
import { copyRequest, relayResponse } from "../relay/relay-request.js";
import { refuse, sendFor, statusOfFailure } from "../relay/send-quietly.js";

/** What takes the place of a leg. */
export interface ReplacementParts {
  readonly call: BridgedCall;
  readonly replaced: ContainerSipSession;
  /** The INVITE with Replaces. */
  readonly invite: ContainerSipServletRequest;
}

/**
 * An INVITE with Replaces that names a leg of a bridge: it becomes a re-INVITE on the other leg, and its answer that of the
 * INVITE; then the leg that was goes. RFC 3891 §3
 */
export class LegReplacement implements BridgeErrand, LegChange {
  readonly replaced: ContainerSipSession;
  readonly #parts: ReplacementParts;
  readonly #leg: BridgeLeg;

  constructor(parts: ReplacementParts) {
    this.#parts = parts;
    this.replaced = parts.replaced;
    this.#leg = parts.call.sideOf(parts.replaced);
  }

  start(): void {
    const { call, invite, replaced } = this.#parts;
    const refusal = this.#refusal();
    const surviving = call.otherLeg(replaced);
    if (refusal !== undefined || surviving === undefined) return refuse(call, invite, refusal ?? 481);
    invite.session.taker = replaced.taker;
    call.assign(invite.session, this.#leg);
    call.isRelinked = true;
    call.change = this;
    try {
      const copy = copyRequest(call, invite, surviving);
      copy.removeHeader("Replaces");
      call.giveTo(this, copy);
      sendFor(call, copy, invite);
    } catch (error) {
      this.abandon();
      refuse(call, invite, statusOfFailure(error));
    }
  }

  takeResponse(response: ContainerSipServletResponse): unknown {
    const { call, invite } = this.#parts;
    if (response.status >= 200) this.abandon();
    if (response.status >= 200 && response.status < 300 && invite.incoming?.isOpen === true) {
      this.#exchangeLegs(response.session);
    }
    return response.status < 200 ? undefined : relayResponse(call, response, invite);
  }

  onReplacedGone(): void {
    // Its place is about to be taken: the other leg has to wait for the answer as it is.
  }

  abandon(): void {
    const { call } = this.#parts;
    if (call.change === this) call.change = undefined;
  }

  #exchangeLegs(surviving: ContainerSipSession): void {
    const { call, invite, replaced } = this.#parts;
    dropLink(replaced);
    dropLink(surviving);
    linkSessions(invite.session, surviving);
    call.assign(replaced, this.#leg);
    call[this.#leg] = invite.session;
    endLeg(call, replaced, {});
  }

  /** Why the leg cannot be replaced (RFC 3891 §3). */
  #refusal(): number | undefined {
    const { call, invite, replaced } = this.#parts;
    if (replaced.dialogState === "TERMINATED" || call.state === "ended") return 603;
    if (replaced.dialogState !== "CONFIRMED" || call.state !== "established") return 481;
    if (call.change !== undefined) return 491;
    const isEarlyOnly = /;\s*early-only\b/i.test(invite.getHeader("Replaces") ?? "");
    return isEarlyOnly ? 486 : undefined;
  }
}
