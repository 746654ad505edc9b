import type { HeaderMap } from "../api/b2bua-helper.js";
import {
  B2buaHelper,
  type SipServletMessage,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
} from "../api/object-model.js";
import type { UaMode } from "../api/ua-mode.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { requireStatus } from "../message/container-sip-servlet-response.js";
import { ownRequest, type RequestCopier } from "../message/request-copier.js";
import { existingUsage, usageOf } from "../message/session-usage.js";
import type { B2buaHelpers } from "../message/signalling.js";
import { ContainerSipSession } from "../session/container-sip-session.js";
import {
  areLinked,
  hasOwnLink,
  linkedSession,
  linkSessions,
  requireLinkable,
  unlinkSession,
} from "../session/session-link.js";
import { pendingMessages } from "./pending-messages.js";

/** The B2BUA helper of a container: what it knows stands in sessions and requests (JSR 289 §12). */
export class ContainerB2buaHelper extends B2buaHelper implements B2buaHelpers {
  readonly #copier: RequestCopier;

  constructor(copier: RequestCopier) {
    super();
    this.#copier = copier;
  }

  /** The application relays this request: if it made a session, that can be answered without it at hand. */
  helperFor(request: SipServletRequest): B2buaHelper {
    noteOriginal(ownRequest(request));
    return this;
  }

  createRequest(
    ...parameters:
      | [originalRequest: SipServletRequest, linked?: boolean, headerMap?: HeaderMap]
      | [session: SipSession, originalRequest: SipServletRequest, headerMap?: HeaderMap]
  ): SipServletRequest {
    const [first, second, headerMap] = parameters;
    if (first instanceof ContainerSipSession) {
      return this.#createSubsequent(first, ownRequest(second as SipServletRequest), headerMap);
    }
    return this.#createInitial(ownRequest(first as SipServletRequest), second === true, headerMap);
  }

  createResponseToOriginalRequest(session: SipSession, status: number, reason?: string): SipServletResponse {
    const own = requireSession(session);
    requireStatus(status);
    const original = originalOf(own);
    const { incoming } = original;
    if (incoming === undefined) throw noOriginal(own);
    const target = incoming.sessionForResponse(own, status);
    if (target !== own) usageOf(target).originalRequest = original;
    return original.makeResponse(incoming.request, status, { reason, session: target });
  }

  createCancel(session: SipSession): SipServletRequest {
    const own = requireSession(session);
    const sent = own.ongoing.filter((each) => !each.isServer && each.method === "INVITE");
    const invite = sent.find((each) => each.servletRequest.finalResponse === undefined)?.servletRequest;
    if (invite !== undefined) return invite.createCancel();
    throw new IllegalStateError("state.transaction", {
      detail: `session ${own.id} has sent no INVITE that could be cancelled; pass the leg that was called`,
    });
  }

  getLinkedSession(session: SipSession): SipSession | undefined {
    return linkedSession(requireSession(session));
  }

  getLinkedSipServletRequest(request: SipServletRequest): SipServletRequest | undefined {
    const own = ownRequest(request);
    const { linked } = own;
    return linked !== undefined && areLinked(own.session, linked.session) ? linked : undefined;
  }

  linkSipSessions(first: SipSession, second: SipSession): void {
    linkSessions(requireSession(first), requireSession(second));
  }

  unlinkSipSessions(session: SipSession): void {
    unlinkSession(requireSession(session));
  }

  getPendingMessages(session: SipSession, mode: UaMode): readonly SipServletMessage[] {
    return pendingMessages(requireSession(session), mode);
  }

  #createInitial(original: ContainerSipServletRequest, isLinked: boolean, headerMap?: HeaderMap): SipServletRequest {
    if (isLinked && original.isInitial && hasOwnLink(original.session)) {
      throw new IllegalArgumentError("argument.link", {
        detail: `session ${original.session.id} is linked; createRequest(session, request) makes requests of the other leg`,
      });
    }
    noteOriginal(original);
    const copy = this.#copier.copyInitial(original, { headerMap });
    if (isLinked) {
      linkSessions(original.session, copy.session);
      linkRequests(original, copy);
    }
    return copy;
  }

  #createSubsequent(
    session: ContainerSipSession,
    original: ContainerSipServletRequest,
    headerMap?: HeaderMap,
  ): SipServletRequest {
    requireSession(session);
    if (!areLinked(session, original.session)) requireLinkable(session, original.session);
    const copy = this.#copier.copySubsequent(session, original, { headerMap });
    if (!areLinked(session, original.session)) linkSessions(session, original.session);
    linkRequests(original, copy);
    return copy;
  }
}

function linkRequests(original: ContainerSipServletRequest, copy: ContainerSipServletRequest): void {
  original.linked = copy;
  copy.linked = original;
}

function noteOriginal(request: ContainerSipServletRequest): void {
  if (request.isInitial && request.incoming !== undefined) usageOf(request.session).originalRequest = request;
}

/** The request that made a session. @throws IllegalStateError when the session was made by a request of our own */
function originalOf(session: ContainerSipSession): ContainerSipServletRequest {
  const known = existingUsage(session)?.originalRequest;
  const found = known ?? session.ongoing.find((each) => each.isServer && each.servletRequest.isInitial)?.servletRequest;
  if (found instanceof ContainerSipServletRequest) return found;
  throw noOriginal(session);
}

function noOriginal(session: ContainerSipSession): IllegalStateError {
  return new IllegalStateError("state.transaction", {
    detail: `session ${session.id} was not made by a request that was received and can still be answered`,
  });
}

/** @throws IllegalArgumentError `argument.missing`, `argument.session` */
function requireSession(session: SipSession): ContainerSipSession {
  if (session === undefined || session === null) {
    throw new IllegalArgumentError("argument.missing", { detail: "a session is required" });
  }
  if (!(session instanceof ContainerSipSession)) {
    throw new IllegalArgumentError("argument.session", { detail: "it belongs to another container" });
  }
  if (session.isValid) return session;
  throw new IllegalArgumentError("argument.session", { detail: `${session.id} is invalid` });
}
