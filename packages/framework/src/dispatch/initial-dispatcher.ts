import {
  answerCancel,
  createResponse,
  type RequestRejection,
  type RoutedRequest,
  type ServerTransaction,
  type ServerTransactionUser,
  type SipRequest,
} from "@siplet/core";
import { chainContextOf, type ApplicationSelection, type ChainContext } from "../message/chain-context.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ServerExchange } from "../message/server-exchange.js";
import { usageOf } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import { withRoutes, type ApplicationChains } from "../router/composition/application-chains.js";
import type { SelectionVerdict } from "../router/composition/application-selector.js";
import type { DialogReference } from "../router/composition/dialog-reference.js";
import { findSessionTarget, type SessionTarget } from "../router/composition/session-target.js";
import type { Caller } from "../session/caller.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { admit } from "./admission.js";
import { answerQuestion, asksContainer } from "./answer-question.js";
import type { DeployedApplication } from "./deployed-application.js";
import { rejectRequest } from "./reject-request.js";
import { TransitForwarder } from "./transit-forwarder.js";
import { noRoutes, routeRequest, wrapRequest } from "./wrap-request.js";

/** What the dispatcher of initial requests needs. */
export interface InitialDispatcherParts {
  readonly applications: readonly DeployedApplication[];
  readonly registry: SessionRegistry;
  readonly chains: ApplicationChains;
  readonly signalling: Signalling;
  readonly deliver: (request: ContainerSipServletRequest, session: ContainerSipSession) => void;
}

/** An initial request and what is known of it before its application is chosen. */
interface Arrival {
  readonly transaction: ServerTransaction;
  readonly routed: RoutedRequest;
  readonly target: SessionTarget | undefined;
  readonly context: ChainContext | undefined;
}

/** An application and the servlet of it that takes the request. */
interface Choice {
  readonly application: DeployedApplication;
  readonly servletName: string;
  readonly request: ContainerSipServletRequest;
  readonly selection: ApplicationSelection | undefined;
}

/** Stands for the application while the router takes its time. */
class Undecided implements ServerTransactionUser {
  /** Nobody waits for the answer any more. */
  isOver = false;

  onTerminated(): void {
    this.isOver = true;
  }
}

/** More applications than a request can be led through: a router that never comes to an end. */
const mostSteps = 100;

const notFound: RequestRejection = { statusCode: 404, reason: "Not Found" };
const endless: RequestRejection = { statusCode: 500, reason: "Application Routing Failed" };

/** Chooses application, sessions and servlet of an initial request (JSR 289 §15.4, §16). */
export class InitialDispatcher {
  readonly #parts: InitialDispatcherParts;
  readonly #transit: TransitForwarder;

  constructor(parts: InitialDispatcherParts) {
    this.#parts = parts;
    this.#transit = new TransitForwarder(parts.signalling);
  }

  dispatch(transaction: ServerTransaction): void {
    const { registry, signalling, chains } = this.#parts;
    const { request, connection } = transaction;
    if (this.#isMerged(transaction)) return this.#reject(transaction, { statusCode: 482, reason: "Loop Detected" });
    const context = chainContextOf(connection);
    const selected = context?.selection;
    if (selected?.kind === "refused") return this.#reject(transaction, selected);
    const routed = selected === undefined ? routeRequest(transaction, signalling) : { request, popped: noRoutes };
    const target = findSessionTarget(request, context?.popped ?? routed.popped, registry);
    if (target !== undefined && "statusCode" in target) return this.#reject(transaction, target);
    const arrival = { transaction, routed, target, context };
    if (selected !== undefined) return this.#follow({ way: selected, popped: context?.popped ?? noRoutes }, arrival);
    const verdict = chains.selectFirst({ ...routed, connection, target });
    if (verdict === undefined) this.#dispatchUnrouted(arrival);
    else this.#await(verdict, arrival);
  }

  /** A CANCEL for a request that no application has; false when some application has it. */
  cancel(cancel: ServerTransaction, cancelled: ServerTransaction): boolean {
    const { user } = cancelled;
    if (!(user instanceof Undecided)) return this.#transit.cancel(cancel, user);
    const tag = this.#parts.signalling.random.token(64);
    answerCancel(cancel, cancelled, tag);
    if (cancelled.method !== "INVITE" || user.isOver) return true;
    user.isOver = true;
    cancelled.respond(createResponse(cancelled.request, 487, { toTag: tag }).build());
    return true;
  }

  /** Without a router: the first application that has a servlet for it, of a targeted request the one it is meant for. */
  #dispatchUnrouted(arrival: Arrival): void {
    const { target, transaction } = arrival;
    const { applications } = this.#parts;
    const asked = target === undefined ? applications : [target.applicationSession.application as DeployedApplication];
    const request = this.#wrap(arrival, continued(arrival));
    for (const application of asked) {
      const servlet = application.model.selectServlet(request);
      if (servlet === undefined) continue;
      return this.#enter({ application, servletName: servlet.name, request, selection: undefined }, arrival);
    }
    if (asksContainer(transaction.request)) answerQuestion(transaction, this.#parts.signalling);
    else this.#reject(transaction, notFound);
  }

  #await(verdict: SelectionVerdict | Promise<SelectionVerdict>, arrival: Arrival, step = 0): void {
    if (!(verdict instanceof Promise)) return this.#follow(verdict, arrival, step);
    const { transaction } = arrival;
    const undecided = transaction.user instanceof Undecided ? transaction.user : new Undecided();
    transaction.user = undecided;
    void verdict
      .then((each) => {
        if (!undecided.isOver) this.#follow(each, arrival, step);
      })
      .catch((error: unknown) => {
        this.#parts.signalling.log.error({ error }, "an initial request could not be dispatched");
        if (transaction.lastStatusCode < 200) this.#reject(transaction, endless);
      });
  }

  /** Does what the router said. */
  #follow({ way, popped }: SelectionVerdict, arrival: Arrival, step = 0): void {
    const { transaction, routed, context } = arrival;
    if (way.kind === "refused") return this.#reject(transaction, way);
    if (way.kind === "external") {
      return this.#transit.forward(transaction, withRoutes(routed.request, way.routes));
    }
    const application = this.#parts.applications.find(({ name }) => name === way.applicationName);
    if (application === undefined) return this.#reject(transaction, endless);
    const initialPopped = context === undefined ? routed.popped[0] : context.initialPopped;
    const request = this.#wrap(arrival, { popped, initialPopped });
    request.select(way);
    const servlet = application.model.selectServlet(request);
    if (servlet !== undefined) {
      return this.#enter({ application, servletName: servlet.name, request, selection: way }, arrival);
    }
    if (step >= mostSteps) return this.#reject(transaction, endless);
    const { connection } = transaction;
    const { target } = arrival;
    const arrived = { request: routed.request, connection, popped, initialPopped, target };
    this.#await(this.#parts.chains.selectNext(arrived, { way, popped }), arrival, step + 1);
  }

  #wrap({ transaction, routed }: Arrival, chain: ChainContext | undefined): ContainerSipServletRequest {
    return wrapRequest(transaction, routed, { isInitial: true, chain }, this.#parts.signalling);
  }

  /** Brings the request into its application, once its caller may go there. */
  #enter(choice: Choice, arrival: Arrival): void {
    const { application, servletName, request } = choice;
    const { guard } = application;
    if (guard === undefined) return this.#begin(choice, arrival, undefined);
    const applicant = { transaction: arrival.transaction, request, servletName };
    admit(applicant, guard, this.#parts.signalling, (caller) => this.#begin(choice, arrival, caller));
  }

  #begin(choice: Choice, { transaction, target }: Arrival, caller: Caller | undefined): void {
    const { application, servletName, request, selection } = choice;
    const applicationSession = this.#applicationSession(application, request, target);
    const session = this.#createSession(applicationSession, transaction.request, servletName);
    session.caller = caller;
    if (selection !== undefined) session.service = { region: selection.region, subscriberUri: selection.subscriberUri };
    request.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
    const { reference } = target ?? {};
    if (reference?.session.applicationSession === applicationSession) relate(session, reference);
    this.#parts.deliver(request, session);
  }

  /** A copy that came by another path (RFC 3261 §8.2.2.2); what passed here before is a spiral. */
  #isMerged(transaction: ServerTransaction): boolean {
    const { transactions, transport } = this.#parts.signalling;
    if (!transactions.mergedRequests.isMerged(transaction)) return false;
    return !transaction.request.get("Via").some((via) => transport.isOwnVia(via));
  }

  /** That of an encoded URI, of the application key, or a new one (JSR 289 §15.11). */
  #applicationSession(
    application: DeployedApplication,
    request: ContainerSipServletRequest,
    target: SessionTarget | undefined,
  ): ContainerSipApplicationSession {
    if (target?.applicationSession.application === application) return target.applicationSession;
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

/** What came from inside brings the Routes of ours along that the application before saw, unless it has others. */
function continued({ context, routed }: Arrival): ChainContext | undefined {
  return context === undefined || routed.popped.length === 0 ? context : { ...context, popped: routed.popped };
}

/** Both sessions know of each other (JSR 289 §15.11.3). */
function relate(session: ContainerSipSession, { kind, session: other }: DialogReference): void {
  usageOf(session).corresponding.set(kind, other);
  usageOf(other).corresponding.set(kind, session);
}
