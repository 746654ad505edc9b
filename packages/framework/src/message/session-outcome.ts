import { createsDialog, Dialog, failureScope, type SipMessage, type SipRequest, type SipResponse } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { existingUsage, usageOf } from "./session-usage.js";
import {
  endsSubscription,
  eventOf,
  hasUsage,
  isSubscriptionMethod,
  startsSubscription,
} from "./subscription-usages.js";

/**
 * What the final response to a request inside a dialog makes of its session, on either side: the last usage to end takes the
 * session with it (JSR 289 §6.2.1, RFC 5057). `isNotifier`: whether we answered a SUBSCRIBE or REFER.
 */
export function completeRequest(
  session: ContainerSipSession,
  request: SipRequest,
  status: number,
  isNotifier: boolean,
): void {
  const { method } = request;
  if (method === "BYE") {
    if (status !== 401 && status !== 407) endInvite(session);
  } else if (method === "NOTIFY") {
    if (endsSubscription(request)) endSubscription(session, eventOf(request));
  } else if (isSubscriptionMethod(method) && status < 300 && startsSubscription(request)) {
    const usage = usageOf(session);
    usage.subscriptions.begin(request, isNotifier);
    if (isNotifier) usage.acceptedSubscribe ??= request;
  }
}

/** What a failure of a request that we sent inside a confirmed dialog takes with it (RFC 5057 §5.1). */
export function failRequest(session: ContainerSipSession, request: SipMessage, status: number): void {
  if (session.dialogState !== "CONFIRMED") return;
  if (failureScope(status) === "dialog") {
    session.hasInviteUsage = false;
    existingUsage(session)?.subscriptions.clear();
    return endIfUnused(session);
  }
  if (status !== 481 && status !== 408) return;
  if (isSubscriptionMethod(request.method)) endSubscription(session, eventOf(request));
  else endInvite(session);
}

/** What a provisional or a 2xx to a request that makes a dialog, INVITE apart, makes of the session that sent it. */
export function establishByResponse(session: ContainerSipSession, request: SipRequest, response: SipResponse): void {
  if (session.dialog === undefined) session.enterDialog(Dialog.ofClient(request, response));
  else if (response.isSuccess) session.dialog.confirm(response);
  if (session.dialogState === "INITIAL" || (session.dialogState === "EARLY" && response.isSuccess)) {
    session.moveTo(response.isSuccess ? "CONFIRMED" : "EARLY");
  }
}

/** The early dialog of a session is over: the session may try again (JSR 289 §6.2.1). */
export function returnToStart(session: ContainerSipSession): void {
  if (session.dialogState !== "EARLY") return;
  session.leaveDialog();
  session.moveTo("INITIAL");
}

/** Whether the method makes a dialog for its session rather than using one. */
export function makesDialog(session: ContainerSipSession, method: string): boolean {
  return createsDialog(method) && session.dialogState !== "TERMINATED";
}

function endInvite(session: ContainerSipSession): void {
  session.hasInviteUsage = false;
  endIfUnused(session);
}

function endSubscription(session: ContainerSipSession, event: string): void {
  existingUsage(session)?.subscriptions.end(event);
  endIfUnused(session);
}

function endIfUnused(session: ContainerSipSession): void {
  const usage = existingUsage(session);
  if (hasUsage(session, usage?.subscriptions)) return;
  usage?.existingTimer?.stop();
  session.moveTo("TERMINATED");
}
