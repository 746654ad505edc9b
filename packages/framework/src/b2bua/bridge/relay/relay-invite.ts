import { hasSessionDescription } from "@siplet/core";
import { createAddress } from "../../../address/container-address.js";
import { createUri } from "../../../address/uris.js";
import type { HeaderMap } from "../../../api/b2bua-helper.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import { linkSessions } from "../../../session/session-link.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { targetText } from "../policy/bridge-settings.js";
import { copyContent, fieldsToward, writeBody } from "./copy-content.js";
import { endCall } from "./end-call.js";
import { mapStatus } from "../policy/failure-mapping.js";
import { tagsWithoutReliability } from "../policy/header-policy.js";
import { createAnswer } from "./relay-provisional.js";
import { acknowledge } from "./relay-request.js";
import { refuse, sendFor, sendQuietly, statusOfFailure } from "./send-quietly.js";
import { withHost } from "../policy/topology.js";

/** Shortest session interval that a leg may ask for, in seconds (RFC 4028 §4). */
const shortestInterval = 90;

/** Calls the other side for a request that was received. @throws TooManyHopsError, IllegalArgumentError */
export function placeCall(call: BridgedCall, received: ContainerSipServletRequest): unknown {
  const minimum = call.settings.sessionTimer?.minimum ?? shortestInterval;
  if (isTooShort(received, minimum)) return refuseInterval(call, received, minimum);
  const invite = copyOriginal(call, received);
  call.caller = received.session;
  call.callee = invite.session;
  call.original = received;
  for (const session of [call.caller, call.callee]) session.taker = received.session.taker;
  linkSessions(received.session, invite.session);
  writeBody(call, invite.state.draft(), received.state.body, invite.session);
  askForTimer(call, invite, received);
  return call.hooks.run("onInvite", [invite, received], () => {
    if (received.incoming?.isOpen !== true) {
      return endCall(call, { by: "bridge", cause: "failed", except: call.caller });
    }
    call.named.add(String(invite.requestUri));
    call.timers.start(call.settings.ringingTimeout, () => giveUp(call));
    return sendFor(call, invite, received);
  });
}

/** The call is answered; a 2xx of another fork is ended, for one was answered before. */
export function relayAnswer(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): unknown {
  const isWanted = received.incoming?.isOpen === true && call.state === "calling";
  if (!isWanted) return endFork(call, response);
  const copy = createAnswer(call, received, response, response.status);
  copyContent(call, response, copy);
  grantTimer(call, copy, received);
  return call.hooks.run("onAnswer", [copy, response], () => {
    if (received.incoming?.isOpen !== true) return endFork(call, response);
    establish(call, copy, response);
    call.pairResponses(copy, response);
    sendQuietly(call, copy);
    if (call.state === "calling") return endCall(call, { by: "callee", cause: "ended", except: call.caller });
    return undefined;
  });
}

/** The call was not answered: another target, or the failure as the caller shall see it. */
export function relayFailure(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): unknown {
  if (received.incoming?.isOpen !== true || call.state !== "calling") return undefined;
  if (retryWithInterval(call, response, received) || tryNext(call, response, received)) return undefined;
  const status = mapStatus(response.status, call.settings, received.method);
  const copy = createAnswer(call, received, response, status);
  copyContent(call, response, copy);
  return call.hooks.run("onFailure", [copy, response], (target) => {
    if (received.incoming?.isOpen !== true) return undefined;
    if (target !== undefined) return tryTarget(call, received, targetText(target));
    call.openInvites.clear();
    sendQuietly(call, copy);
    return endCall(call, { by: "callee", cause: "failed", status: response.status, except: call.caller });
  });
}

function copyOriginal(call: BridgedCall, received: ContainerSipServletRequest): ContainerSipServletRequest {
  const { settings, context } = call;
  const offersReliability = !settings.isReliablePerLeg || !hasSessionDescription(received.state.request());
  const tags = offersReliability ? undefined : tagsWithoutReliability;
  const pass = call.policyToward("callee");
  const invite = context.copier.copyInitial(received, {
    headerMap: identityOf(call, received),
    choose: (fields) => {
      const passed = pass.pass(fields, tags);
      if (settings.to === undefined && settings.route === undefined) {
        passed.push(...fields.filter(({ key }) => key === "route"));
      }
      return passed;
    },
  });
  if (!offersReliability) invite.addHeader("Supported", "100rel");
  if (settings.to !== undefined) invite.requestUri = createUri(settings.to);
  return invite;
}

/** From, To and Route of the leg that is called, where they are not those of the caller's request. */
function identityOf(call: BridgedCall, received: ContainerSipServletRequest): HeaderMap {
  const { from, toParty, domain, route } = call.settings;
  const party = (wanted: string | undefined, original: string): string[] => {
    if (wanted !== undefined) return [wanted];
    return domain === undefined ? [original] : [withHost(original, domain)];
  };
  return {
    From: party(from, received.from.toString()),
    To: party(toParty, received.to.toString()),
    ...(route !== undefined && { Route: routesOf(call) }),
  };
}

/** The Route values of the leg that is called. */
function routesOf({ settings: { route = [] } }: BridgedCall): string[] {
  return route.map((each) => (each.includes("<") ? each : `<${each}>`));
}

function establish(call: BridgedCall, copy: ContainerSipServletResponse, response: ContainerSipServletResponse): void {
  call.caller = copy.session;
  call.callee = response.session;
  call.openInvites.clear();
  call.original = undefined;
  if (response.method !== "INVITE" && response.session.dialogState !== "CONFIRMED") return;
  call.state = "established";
  call.answeredAt = call.context.clock.now();
  call.timers.start(call.settings.maxDuration, () => expire(call));
}

/** Ends a call whose time is up. */
export function expire(call: BridgedCall): void {
  const leg = call.caller ?? call.callee;
  if (leg === undefined) return;
  call.context.runInSession(leg, "the longest duration of a bridge", () =>
    endCall(call, { by: "bridge", cause: "expired", reason: 'SIP;cause=487;text="Longest duration reached"' }),
  );
}

/** Nobody answered in time. */
function giveUp(call: BridgedCall): void {
  const { original } = call;
  if (original === undefined) return;
  call.context.runInSession(original.session, "the ringing timeout of a bridge", () => {
    if (call.state !== "calling") return undefined;
    refuse(call, original, mapStatus(408, call.settings, original.method));
    return endCall(call, { by: "bridge", cause: "unanswered", status: 408, except: call.caller });
  });
}

/** A dialog of a fork that came too late. */
function endFork(call: BridgedCall, response: ContainerSipServletResponse): void {
  acknowledge(call, response);
  if (response.session === call.callee && call.state === "established") return;
  if (response.session.dialogState === "CONFIRMED") void response.session.terminateDialog();
}

/** The next target of a 3xx (RFC 3261 §8.1.3.4), while the options allow one. */
function tryNext(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): boolean {
  const { redirects } = call.settings;
  if (redirects === 0) return false;
  if (response.status >= 300 && response.status < 400) collectTargets(call, response);
  const next = response.status >= 600 ? undefined : call.targets.shift();
  if (next === undefined) return false;
  tryTarget(call, received, next);
  return true;
}

function collectTargets(call: BridgedCall, response: ContainerSipServletResponse): void {
  const contacts = response.getAddressHeaders("Contact").toSorted((one, other) => (other.q ?? 1) - (one.q ?? 1));
  for (const { uri } of contacts) {
    const text = uri?.toString();
    if (text === undefined || call.named.has(text) || call.named.size > call.settings.redirects) continue;
    if (uri?.isSipUri !== true && uri?.scheme !== "tel") continue;
    call.named.add(text);
    call.targets.push(text);
  }
}

/** Calls somebody else in the same leg: same Call-ID and From, the next CSeq (RFC 3261 §8.1.3.4). */
function tryTarget(call: BridgedCall, received: ContainerSipServletRequest, target: string): unknown {
  return sendAgain(call, received, (invite) => (invite.requestUri = createUri(target)));
}

/** The callee wants a longer session interval (RFC 4028 §7.2). */
function retryWithInterval(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): boolean {
  const minimum = Number(response.getHeader("Min-SE"));
  if (response.status !== 422 || !Number.isInteger(minimum) || call.named.has(`Min-SE ${minimum}`)) return false;
  call.named.add(`Min-SE ${minimum}`);
  sendAgain(call, received, (invite) => {
    const preference = invite.sessionKeepAlivePreference;
    preference.enabled = true;
    preference.expiration = minimum;
    preference.minimumExpiration = minimum;
  });
  return true;
}

function sendAgain(
  call: BridgedCall,
  received: ContainerSipServletRequest,
  change: (invite: ContainerSipServletRequest) => void,
): unknown {
  const { callee } = call;
  if (callee === undefined) return undefined;
  try {
    const invite = call.context.copier.copySubsequent(callee, received, { choose: fieldsToward(call, callee) });
    writeBody(call, invite.state.draft(), received.state.body, callee);
    askForTimer(call, invite, received);
    change(invite);
    for (const route of routesOf(call).toReversed()) invite.pushRoute(createAddress(route));
    return call.hooks.run("onInvite", [invite, received], () => {
      if (received.incoming?.isOpen === true) return sendFor(call, invite, received);
      return endCall(call, { by: "bridge", cause: "failed", except: call.caller });
    });
  } catch (error) {
    refuse(call, received, statusOfFailure(error));
    return endCall(call, { by: "bridge", cause: "failed", except: call.caller });
  }
}

/** Each leg has a session timer of its own (RFC 4028): asked for when the options or the caller do. */
function askForTimer(
  call: BridgedCall,
  invite: ContainerSipServletRequest,
  received: ContainerSipServletRequest,
): void {
  const { sessionTimer } = call.settings;
  const asked = received.sessionKeepAlivePreference;
  if (invite.method !== "INVITE" || (sessionTimer === undefined && !asked.enabled)) return;
  const preference = invite.sessionKeepAlivePreference;
  preference.enabled = true;
  preference.expiration = sessionTimer?.expiration ?? asked.expiration;
  preference.minimumExpiration = sessionTimer?.minimum;
}

function grantTimer(call: BridgedCall, copy: ContainerSipServletResponse, received: ContainerSipServletRequest): void {
  const { sessionTimer } = call.settings;
  if (received.method !== "INVITE" || (sessionTimer === undefined && !received.sessionKeepAlivePreference.enabled)) {
    return;
  }
  const preference = copy.sessionKeepAlivePreference;
  preference.enabled = true;
  preference.expiration = sessionTimer?.expiration;
  preference.minimumExpiration = sessionTimer?.minimum;
}

function isTooShort(received: ContainerSipServletRequest, minimum: number): boolean {
  if (received.method !== "INVITE") return false;
  const { enabled, expiration } = received.sessionKeepAlivePreference;
  return enabled && expiration !== undefined && expiration < minimum;
}

function refuseInterval(call: BridgedCall, received: ContainerSipServletRequest, minimum: number): unknown {
  const response = received.createResponse(422);
  response.setHeader("Min-SE", String(minimum));
  sendQuietly(call, response);
  return endCall(call, { by: "bridge", cause: "failed", status: 422, except: received.session });
}
