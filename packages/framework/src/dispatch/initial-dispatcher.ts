import type { RequestRejection, ServerTransaction, SipRequest } from "@siplet/core";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ServerExchange } from "../message/server-exchange.js";
import { usageOf } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import type { Caller } from "../session/caller.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { SessionTable } from "../session/session-table.js";
import { admit } from "./admission.js";
import type { DeployedApplication } from "./deployed-application.js";
import { findReference, type DialogReference } from "./dialog-reference.js";
import { rejectRequest } from "./reject-request.js";
import { routeRequest, wrapRequest } from "./wrap-request.js";

/** What the dispatcher of initial requests needs. */
export interface InitialDispatcherParts {
  readonly applications: readonly DeployedApplication[];
  readonly sessions: SessionTable;
  readonly registry: SessionRegistry;
  readonly signalling: Signalling;
  readonly deliver: (request: ContainerSipServletRequest, session: ContainerSipSession) => void;
}

/** Where an initial request goes. */
interface ServletChoice {
  readonly application: DeployedApplication;
  readonly servletName: string;
  /** The session that it is meant for. */
  readonly target: ContainerSipApplicationSession | undefined;
  readonly reference: DialogReference | undefined;
}

/** Chooses application, sessions and servlet of an initial request (JSR 289 §15.6, §16). */
export class InitialDispatcher {
  readonly #parts: InitialDispatcherParts;

  constructor(parts: InitialDispatcherParts) {
    this.#parts = parts;
  }

  dispatch(transaction: ServerTransaction): void {
    const { registry, sessions, signalling } = this.#parts;
    const { request } = transaction;
    if (this.#isMerged(transaction)) return this.#reject(transaction, { statusCode: 482, reason: "Loop Detected" });
    const reference = findReference(request, sessions);
    if (reference !== undefined && "statusCode" in reference) return this.#reject(transaction, reference);
    const routed = routeRequest(transaction, signalling);
    const servletRequest = wrapRequest(transaction, routed, { isInitial: true }, signalling);
    const target = registry.findTarget(request.requestUriText) ?? reference?.session.applicationSession;
    for (const application of this.#applicationsFor(target)) {
      const servlet = application.model.selectServlet(servletRequest);
      if (servlet === undefined) continue;
      const choice = { application, servletName: servlet.name, target, reference };
      if (application.guard === undefined) return this.#enter(transaction, servletRequest, choice);
      const applicant = { transaction, request: servletRequest, servletName: servlet.name };
      return admit(applicant, application.guard, signalling, (caller) =>
        this.#enter(transaction, servletRequest, choice, caller),
      );
    }
    this.#reject(transaction, { statusCode: 404, reason: "Not Found" });
  }

  /** Brings an initial request into its application. */
  #enter(
    transaction: ServerTransaction,
    request: ContainerSipServletRequest,
    { application, servletName, target, reference }: ServletChoice,
    caller?: Caller,
  ): void {
    const applicationSession = this.#applicationSession(application, request, target);
    const session = this.#createSession(applicationSession, transaction.request, servletName);
    session.caller = caller;
    request.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
    if (reference?.session.applicationSession === applicationSession) relate(session, reference);
    this.#parts.deliver(request, session);
  }

  /** A copy that came by another path (RFC 3261 §8.2.2.2); what passed here before is a spiral. */
  #isMerged(transaction: ServerTransaction): boolean {
    const { transactions, transport } = this.#parts.signalling;
    if (!transactions.mergedRequests.isMerged(transaction)) return false;
    return !transaction.request.get("Via").some((via) => transport.isOwnVia(via));
  }

  /** A request that is targeted at a session goes to its application (JSR 289 §15.11.1). */
  #applicationsFor(target: ContainerSipApplicationSession | undefined): readonly DeployedApplication[] {
    return target === undefined ? this.#parts.applications : [target.application as DeployedApplication];
  }

  /** That of an encoded URI, of the application key, or a new one (JSR 289 §15.11). */
  #applicationSession(
    application: DeployedApplication,
    request: ContainerSipServletRequest,
    target: ContainerSipApplicationSession | undefined,
  ): ContainerSipApplicationSession {
    if (target?.application === application) return target;
    return this.#parts.registry.applicationSession(application, application.model.applicationKey?.(request));
  }

  #createSession(
    applicationSession: ContainerSipApplicationSession,
    request: SipRequest,
    handler: string,
  ): ContainerSipSession {
    return this.#parts.registry.createSession({
      applicationSession,
      role: undefined,
      callId: request.callId,
      localTag: this.#parts.signalling.random.token(64),
      local: request.field("to")?.text ?? "",
      remote: request.field("from")?.text ?? "",
      handler,
    });
  }

  #reject(transaction: ServerTransaction, rejection: RequestRejection): void {
    rejectRequest(transaction, rejection, this.#parts.signalling);
  }
}

/** Both sessions know of each other (JSR 289 §15.11.3). */
function relate(session: ContainerSipSession, { kind, session: other }: DialogReference): void {
  usageOf(session).corresponding.set(kind, other);
  usageOf(other).corresponding.set(kind, session);
}
