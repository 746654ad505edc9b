import { AutomaticProcessingListener, type SipServletRequest } from "../../../api/object-model.js";
import type { BridgeEnd } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import { existingUsage } from "../../../message/session-usage.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { refuse, sendQuietly } from "./send-quietly.js";

/** What is known when a bridge ends. */
export interface CallEnd extends Omit<BridgeEnd, "duration" | "reason"> {
  /** The leg that has ended already, or is just ending. */
  readonly except?: ContainerSipSession | undefined;
  /** The BYE or CANCEL that ended it: what it says passes on. */
  readonly message?: ContainerSipServletRequest;
  /** Reason field of the BYEs, where no message brings one. */
  readonly reason?: string | undefined;
}

/** Ends what is left of a call: CANCEL, refusal or BYE, whatever each leg takes; the container finishes the rest. */
export function endCall(call: BridgedCall, end: CallEnd): unknown {
  if (call.state === "ended") return undefined;
  call.state = "ended";
  call.timers.stop();
  call.change?.abandon();
  const { caller, callee, answeredAt } = call;
  if (end.except?.isValid === true) refuseOpen(call, end.except);
  for (const leg of [caller, callee]) if (leg !== undefined && leg !== end.except) endLeg(call, leg, end);
  call.openInvites.clear();
  restoreExpiry(call);
  const { by, cause, status, message } = end;
  const reason = message?.getHeader("Reason") ?? end.reason;
  const duration = answeredAt === undefined ? 0 : call.context.clock.now() - answeredAt;
  return call.hooks.run("onEnd", [{ by, cause, status, reason, duration }], () => undefined);
}

/** An application session that outlives its bridges lives as long as any other (JSR 289 §6.3). */
function restoreExpiry({ applicationSession, facade }: BridgedCall): void {
  const { children, isOpen, application } = applicationSession;
  const isShared = children.some((each) => "taker" in each && each.taker !== undefined && each.taker !== facade);
  if (isOpen && !isShared) applicationSession.setExpires(application.sessionTimeout);
}

/** A leg that was hung up before it was answered: its INVITE waits for an answer that may never come. */
export function cancelOpen(call: BridgedCall, leg: ContainerSipSession): void {
  const open = openInvite(leg);
  if (open !== undefined) sendQuietly(call, open.createCancel() as ContainerSipServletRequest);
}

/** Ends one leg, with all dialogs that its INVITE made. */
export function endLeg(call: BridgedCall, leg: ContainerSipSession, { message, reason }: Partial<CallEnd>): void {
  if (!leg.isValid || leg.dialogState === "TERMINATED") return;
  refuseOpen(call, leg);
  const isCalling = openInvite(leg) !== undefined;
  if (leg.dialogState === "INITIAL" && !isCalling) {
    if (leg.ongoing.length === 0) leg.invalidate();
    return;
  }
  const listener = new EndingWords(call, leg, message, reason);
  if (message?.method === "BYE" && hasSubscriptions(leg)) return sendBye(call, leg, listener);
  const ending =
    isCalling && leg.dialogState !== "CONFIRMED"
      ? leg.forkingContext.terminateDialogs(listener)
      : leg.terminateDialog(listener);
  ending.catch((error: unknown) => call.context.log.warn({ error, bridge: call.id }, "a leg could not be ended"));
}

/** Subscriptions outlive the call: their NOTIFYs pass until the last one (RFC 5057). */
function hasSubscriptions(leg: ContainerSipSession): boolean {
  return leg.dialogState === "CONFIRMED" && (existingUsage(leg)?.subscriptions.size ?? 0) > 0;
}

function sendBye(call: BridgedCall, leg: ContainerSipSession, words: EndingWords): void {
  const bye = leg.createRequest("BYE") as ContainerSipServletRequest;
  words.outgoingRequest(bye);
  sendQuietly(call, bye);
}

/** The INVITE of our own in a session that has no final answer. */
function openInvite({ ongoing }: ContainerSipSession): SipServletRequest | undefined {
  const own = ongoing.find(
    ({ isServer, method, servletRequest }) =>
      !isServer && method === "INVITE" && servletRequest.finalResponse === undefined,
  );
  return own?.servletRequest;
}

/**
 * Nobody is left to answer them, also on the leg that hung up with a request under way (RFC 3261 §15.1.2). Who knows why the
 * call fails has answered its INVITE before.
 */
function refuseOpen(call: BridgedCall, leg: ContainerSipSession): void {
  for (const { isServer, method, servletRequest } of leg.ongoing.slice()) {
    const received = servletRequest as ContainerSipServletRequest;
    if (isServer && method !== "BYE") refuse(call, received, method === "INVITE" ? 487 : 481);
  }
}

/** Puts into the BYE or CANCEL that ends a leg what the other leg said. */
class EndingWords extends AutomaticProcessingListener {
  readonly #call: BridgedCall;
  readonly #leg: ContainerSipSession;
  readonly #message: ContainerSipServletRequest | undefined;
  readonly #reason: string | undefined;

  constructor(
    call: BridgedCall,
    leg: ContainerSipSession,
    message: ContainerSipServletRequest | undefined,
    reason: string | undefined,
  ) {
    super();
    this.#call = call;
    this.#leg = leg;
    this.#message = message;
    this.#reason = reason;
  }

  override outgoingRequest(request: SipServletRequest): void {
    if (request.method !== "BYE" && request.method !== "CANCEL") return;
    if (this.#reason !== undefined) request.setHeader("Reason", this.#reason);
    const message = this.#message;
    if (message === undefined) return;
    const passed = this.#call.policyToward(this.#call.sideOf(this.#leg)).pass(message.state.fields);
    const isBye = request.method === "BYE" && message.method === "BYE";
    for (const { key, name, text } of passed) {
      if (key === "reason" || (isBye && !key.startsWith("content-"))) request.addHeader(name, text);
    }
    if (isBye && message.contentType !== undefined) request.setContent(message.state.body, message.contentType);
  }
}
