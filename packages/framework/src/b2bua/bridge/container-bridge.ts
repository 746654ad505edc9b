import { Bridge, type BridgeLeg, type BridgeState, type RelinkOptions } from "../../api/bridge.js";
import type { SipServletResponse, SipSession } from "../../api/object-model.js";
import { IllegalStateError } from "../../errors/illegal-state-error.js";
import type { ContainerSipServletRequest } from "../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../message/container-sip-servlet-response.js";
import type { ContainerSipApplicationSession } from "../../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../../session/container-sip-session.js";
import type { MessageTaker } from "../../session/message-taker.js";
import { dropLink } from "../../session/session-link.js";
import type { BridgeData } from "./call/bridge-data.js";
import { BridgedCall, type CallParts } from "./call/bridged-call.js";
import { cancelOpen, endCall, endLeg } from "./relay/end-call.js";
import { expire, placeCall, relayAnswer, relayFailure } from "./relay/relay-invite.js";
import { relayPrack, relayProvisional } from "./relay/relay-provisional.js";
import { acknowledge, relayAck, relayCancel, relayRequest, relayResponse } from "./relay/relay-request.js";
import { Relink, type RelinkObserver } from "./transfer/relink.js";
import { restoreAgreement } from "./transfer/restore-agreement.js";
import { LegReplacement } from "./transfer/replace-leg.js";
import { refuse } from "./relay/send-quietly.js";
import { receiveRefer } from "./transfer/transfer.js";

/** A bridge: sees each message of its sessions and gives it to the part that knows what to do with it. */
export class ContainerBridge extends Bridge implements MessageTaker {
  readonly #call: BridgedCall;

  constructor(parts: Omit<CallParts, "facade">) {
    super();
    this.#call = new BridgedCall({ ...parts, facade: this });
  }

  get id(): string {
    return this.#call.id;
  }

  get label(): string {
    return `bridge ${this.#call.settings.hooks ?? ""}`.trimEnd();
  }

  get applicationSession(): ContainerSipApplicationSession {
    return this.#call.applicationSession;
  }

  get state(): BridgeState {
    return this.#call.state;
  }

  get caller(): SipSession | undefined {
    return this.#call.caller;
  }

  get callee(): SipSession | undefined {
    return this.#call.callee;
  }

  legOf(session: SipSession): BridgeLeg | undefined {
    if (session === this.#call.caller) return "caller";
    return session === this.#call.callee ? "callee" : undefined;
  }

  async end(reason?: string): Promise<void> {
    await endCall(this.#call, { by: "bridge", cause: "ended", reason });
  }

  relink(replaced: BridgeLeg, options: RelinkOptions): Promise<void> {
    const call = this.#call;
    const { [replaced]: leaving, state, change } = call;
    const surviving = replaced === "caller" ? call.callee : call.caller;
    if (leaving === undefined || surviving === undefined || state !== "established" || change !== undefined) {
      throw new IllegalStateError("state.dialog", {
        detail: change === undefined ? `the bridge is ${state}` : "a leg is being replaced",
      });
    }
    const observer: RelinkObserver = new RelinkReport(call, replaced, leaving);
    return new Relink({ call, leg: replaced, replaced: leaving, surviving, options, observer }).start();
  }

  /** Calls the other side. */
  place(received: ContainerSipServletRequest): unknown {
    received.session.taker = this;
    return placeCall(this.#call, received);
  }

  /** An INVITE takes the place of a leg. */
  replace(replaced: ContainerSipSession, invite: ContainerSipServletRequest): void {
    new LegReplacement({ call: this.#call, replaced, invite }).start();
  }

  takeRequest(request: ContainerSipServletRequest): unknown {
    switch (request.method) {
      case "ACK":
        return relayAck(this.#call, request);
      case "PRACK":
        return relayPrack(this.#call, request);
      case "CANCEL":
        return this.#takeCancel(request);
      case "BYE":
        return this.#takeBye(request);
      case "REFER":
        if (this.#call.settings.transfers !== "relay") return receiveRefer(this.#call, request);
        return relayRequest(this.#call, request);
      default:
        return relayRequest(this.#call, request);
    }
  }

  takeResponse(response: ContainerSipServletResponse): unknown {
    const call = this.#call;
    const errand = call.errandOf(response.request);
    if (errand !== undefined) return errand.takeResponse(response);
    const received = call.receivedFor(response.request);
    if (received === undefined) return acknowledge(call, response);
    if (isLateAgreement(response, received)) return restoreAgreement(call, response, received);
    if (response.status < 200 && received.method === "INVITE") return relayProvisional(call, response, received);
    if (!received.isInitial || response.status < 200) return relayResponse(call, response, received);
    return response.status < 300 ? relayAnswer(call, response, received) : relayFailure(call, response, received);
  }

  onUnacknowledged(response: SipServletResponse): void {
    const call = this.#call;
    const behind = call.responseBehind(response);
    if (response.status < 200 && call.original !== undefined) refuse(call, call.original, 504);
    if (behind !== undefined) acknowledge(call, behind);
    endCall(call, { by: "bridge", cause: "lost", reason: 'SIP;cause=408;text="No acknowledgement"' });
  }

  onSessionEnded(session: SipSession): void {
    const call = this.#call;
    const leg = this.legOf(session);
    if (leg === undefined) return;
    call[leg] = undefined;
    if (call.state === "ended" || !call.applicationSession.isOpen) return call.timers.stop();
    if (call.change?.replaced === session) return call.change.onReplacedGone();
    const ended = session as ContainerSipSession;
    const other = call.caller ?? call.callee;
    const isOver = other === undefined || other.dialogState === "TERMINATED";
    const reason = 'SIP;cause=408;text="The other end is lost"';
    call.context.runInSession(ended, "the end of a leg", () =>
      endCall(call, { by: leg, cause: isOver ? "ended" : "lost", except: ended, reason: isOver ? undefined : reason }),
    );
  }

  snapshot(): BridgeData {
    return this.#call.snapshot();
  }

  /** Takes over what another container wrote down. */
  restore(data: BridgeData, sessions: readonly ContainerSipSession[]): void {
    const call = this.#call;
    call.restore(data);
    const find = (id: string | undefined): ContainerSipSession | undefined => sessions.find((each) => each.id === id);
    call.caller = find(data.callerId);
    call.callee = find(data.calleeId);
    for (const session of [call.caller, call.callee]) if (session !== undefined) session.taker = this;
    if (call.state === "established") call.timers.startUntil(data.endsAt, () => expire(call));
  }

  /** It lives on in another container. */
  leave(): void {
    this.#call.timers.stop();
  }

  #takeCancel(cancel: ContainerSipServletRequest): unknown {
    const call = this.#call;
    if (call.original?.session !== cancel.session) return relayCancel(call, cancel);
    return endCall(call, { by: "caller", cause: "cancelled", except: call.caller, message: cancel });
  }

  #takeBye(bye: ContainerSipServletRequest): unknown {
    const call = this.#call;
    const { session } = bye;
    refuse(call, bye, 200);
    const by = this.legOf(session);
    if (by === undefined) return undefined;
    if (call.change?.replaced === session) {
      dropLink(session);
      call[by] = undefined;
      return call.change.onReplacedGone();
    }
    cancelOpen(call, session);
    const cause = call.state === "calling" ? "cancelled" : "hangup";
    return endCall(call, { by, cause, except: session, message: bye });
  }
}

/** A 2xx to a re-INVITE that was cancelled. */
function isLateAgreement(
  { method, status }: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): boolean {
  const isSuccess = method === "INVITE" && status >= 200 && status < 300;
  return isSuccess && !received.isInitial && received.incoming?.isOpen !== true;
}

/** Tells the application how its relinking went. */
class RelinkReport implements RelinkObserver {
  readonly #call: BridgedCall;
  readonly #leg: BridgeLeg;
  readonly #leaving: ContainerSipSession;

  constructor(call: BridgedCall, leg: BridgeLeg, leaving: ContainerSipSession) {
    this.#call = call;
    this.#leg = leg;
    this.#leaving = leaving;
  }

  onProgress(): void {
    // Only the outcome is told.
  }

  onDone(status: number): unknown {
    if (status < 300) endLeg(this.#call, this.#leaving, {});
    return this.#call.hooks.run("onRelinked", [this.#leg, status], () => undefined);
  }
}
