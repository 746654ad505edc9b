import {
  checkRequest,
  createResponse,
  Dialog,
  dialogId,
  dialogIdOfRequest,
  takeOwnRoutes,
  type Connection,
  type RequestRejection,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type TransactionUser,
} from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { MessageState } from "../message/message-state.js";
import { ServerExchange } from "../message/server-exchange.js";
import { deriveSession, existingUsage, usageOf } from "../message/session-usage.js";
import type { Deliveries, Signalling } from "../message/signalling.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { SessionTable } from "../session/session-table.js";
import type { DeployedApplication } from "./deployed-application.js";
import { findReference, type DialogReference } from "./dialog-reference.js";
import { HandlerInvocation } from "./handler-invocation.js";

/** What proxies do with messages that no handler answers: above the dispatcher's floor, so it is a port. */
export interface ProxyForwarding {
  /** CANCEL for a proxied INVITE; false when the request is not proxied. */
  cancel(exchange: ServerExchange): boolean;
  /** A request inside a dialog that this container proxies, after its handler. */
  forward(request: ContainerSipServletRequest): void;
  /** The ACK of a 2xx that this container proxied. */
  forwardAck(ack: SipRequest, connection: Connection): void;
}

/** What the dispatcher needs. */
export interface DispatcherParts {
  readonly applications: readonly DeployedApplication[];
  readonly sessions: SessionTable;
  readonly registry: SessionRegistry;
  /** Fetches the session of a dialog that is not here; absent with sessions in memory. */
  readonly recover?: (dialogId: string) => Promise<boolean>;
  readonly signalling: Signalling;
  readonly forwarding: ProxyForwarding;
}

/** Brings each message to the handler that waits for it (JSR 289 §15, §16). */
export class ContainerDispatcher implements TransactionUser, Deliveries {
  readonly #parts: DispatcherParts;
  /** New calls are refused while the container drains. */
  isDraining = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  onRequest(transaction: ServerTransaction): void {
    const rejection = checkRequest(transaction.request);
    if (rejection !== undefined) this.#reject(transaction, rejection);
    else if (transaction.request.toTag === undefined) this.#dispatchInitial(transaction);
    else this.#dispatchSubsequent(transaction);
  }

  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void {
    if (cancelled === undefined) {
      return this.#reject(cancel, { statusCode: 481, reason: "Call/Transaction Does Not Exist" });
    }
    const exchange = cancelled.user;
    if (!(exchange instanceof ServerExchange)) return this.#reject(cancel, { statusCode: 200, reason: "OK" });
    const { session } = exchange;
    const request = this.#wrap(cancel, { session });
    cancel.respond(createResponse(cancel.request, 200, { toTag: session.localTag }).build());
    if (exchange.method !== "INVITE" || !exchange.isOpen) return;
    session.hold();
    this.#terminate(exchange);
    this.#deliver(request, session, () => session.release());
  }

  onAck(ack: SipRequest, connection: Connection): void {
    const session = this.#parts.sessions.findByDialog(dialogIdOfRequest(ack)) ?? this.#findProxied(ack);
    if (session === undefined) return;
    session.touch();
    if (session.role === "proxy") {
      this.#deliver(this.#wrap({ request: ack, connection }, { session }), session);
      this.#parts.forwarding.forwardAck(ack, connection);
      return;
    }
    const exchange = session.ongoing.find((each) => each.isServer && each.sequenceNumber === ack.cseq.sequenceNumber);
    const acknowledgedResponse = exchange instanceof ServerExchange ? exchange.receiveAck(ack) : undefined;
    if (acknowledgedResponse === undefined) return;
    this.#deliver(this.#wrap({ request: ack, connection }, { session, acknowledgedResponse }), session);
  }

  onConnectionClosed(connection: Connection): void {
    this.#parts.signalling.flows.closed(connection);
  }

  onStrayResponse(response: SipResponse): void {
    const { log } = this.#parts.signalling;
    log.debug({ status: response.statusCode, callId: response.callId }, "a response that nobody waits for was dropped");
  }

  deliverResponse(response: SipServletResponse, session: ContainerSipSession, after?: () => void): void {
    if (!session.isValid) return;
    const invocation = new HandlerInvocation(session, response, this.#applicationOf(session));
    invocation.after = after;
    session.applicationSession.queue.enqueue(invocation);
  }

  hasResponseHandler(response: SipServletResponse, session: ContainerSipSession): boolean {
    return this.#applicationOf(session).responseHandler(session.handler, response) !== undefined;
  }

  reportMissingAck(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void {
    const { listeners, log } = session.application;
    log.warn({ callId: session.callId }, "no ACK came for a 2xx within 64·T1");
    this.#inQueue(session, "noAckReceived", () => {
      void listeners.tell(session.applicationSession, listeners.listeners.error, "noAckReceived", (each) =>
        each.noAckReceived?.({ request, response }),
      );
    });
  }

  reportMissingPrack(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void {
    const { listeners, log } = session.application;
    log.warn({ callId: session.callId, status: response.status }, "no PRACK came for a reliable response within 64·T1");
    this.#inQueue(session, "noPrackReceived", () => {
      void listeners.tell(session.applicationSession, listeners.listeners.error, "noPrackReceived", (each) =>
        each.noPrackReceived?.({ request, response }),
      );
    });
  }

  deriveSession(original: ContainerSipSession, localTag: string): ContainerSipSession {
    return this.#parts.registry.deriveSession(original, localTag);
  }

  runInSession(session: ContainerSipSession, description: string, work: () => unknown): void {
    this.#inQueue(session, description, work);
  }

  settle(session: ContainerSipSession): void {
    this.#inQueue(session, "settle", () => {});
  }

  #dispatchInitial(transaction: ServerTransaction): void {
    if (this.isDraining) {
      return this.#reject(transaction, { statusCode: 503, reason: "Service Unavailable" }, "Retry-After: 10");
    }
    const { request } = transaction;
    if (this.#isMerged(transaction)) return this.#reject(transaction, { statusCode: 482, reason: "Loop Detected" });
    const reference = findReference(request, this.#parts.sessions);
    if (reference !== undefined && "statusCode" in reference) return this.#reject(transaction, reference);
    const servletRequest = this.#wrap(transaction, { isInitial: true });
    const target = this.#parts.registry.findTarget(request.requestUriText) ?? reference?.session.applicationSession;
    for (const application of this.#applicationsFor(target)) {
      const servlet = application.model.selectServlet(servletRequest);
      if (servlet === undefined) continue;
      const applicationSession = this.#applicationSession(application, servletRequest, target);
      const session = this.#createSession(applicationSession, request, servlet.name);
      servletRequest.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
      if (reference?.session.applicationSession === applicationSession) relate(session, reference);
      return this.#deliver(servletRequest, session);
    }
    this.#reject(transaction, { statusCode: 404, reason: "Not Found" });
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

  /** Looks for the session in the store, where there is one, before the request is refused. */
  #recoverOrReject(transaction: ServerTransaction, isRecovered: boolean): void {
    const { recover } = this.#parts;
    const refusal = { statusCode: 481, reason: "Call/Transaction Does Not Exist" };
    if (isRecovered || recover === undefined) return this.#reject(transaction, refusal);
    void recover(dialogIdOfRequest(transaction.request)).then((isHere) => {
      if (isHere) this.#dispatchSubsequent(transaction, true);
      else this.#reject(transaction, refusal);
    });
  }

  #dispatchSubsequent(transaction: ServerTransaction, isRecovered = false): void {
    const { request } = transaction;
    const known = this.#parts.sessions.findByDialog(dialogIdOfRequest(request)) ?? this.#findProxied(request);
    const session = known ?? this.#findSubscriber(request);
    if (session === undefined) return this.#recoverOrReject(transaction, isRecovered);
    const rejection = known?.dialog?.receiveRequest(request) ?? this.#pendingInvite(session, request);
    if (rejection !== undefined) return this.#reject(transaction, rejection);
    session.touch();
    if (request.method === "PRACK" && session.role !== "proxy") return this.#dispatchPrack(transaction, session);
    const servletRequest = this.#wrap(transaction, { session });
    servletRequest.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
    if (request.method === "BYE" && session.role !== "proxy") this.#endPending(session);
    this.#deliver(servletRequest, session);
  }

  /** A PRACK that acknowledges nothing never reaches the application (RFC 3262 §3). */
  #dispatchPrack(transaction: ServerTransaction, session: ContainerSipSession): void {
    const { request } = transaction;
    const verdicts = session.ongoing.flatMap((each) =>
      each instanceof ServerExchange && each.method === "INVITE"
        ? [{ invite: each, ...each.receivePrack(request) }]
        : [],
    );
    const found = verdicts.find((each) => "acknowledged" in each) ?? verdicts[0];
    if (found === undefined || !("acknowledged" in found)) {
      return this.#reject(transaction, found ?? { statusCode: 481, reason: "No such provisional response" });
    }
    const exchange = new ServerExchange(transaction, session, this.#parts.signalling);
    exchange.onAnswered = () => found.invite.proceed(request.toTag ?? "");
    const servletRequest = this.#wrap(transaction, { session, acknowledgedResponse: found.acknowledged });
    servletRequest.bind(session, exchange);
    this.#deliver(servletRequest, session);
  }

  /** A NOTIFY that makes the dialog of a SUBSCRIBE or REFER, the first or, forked, a further one (RFC 6665 §4.4.1). */
  #findSubscriber(request: SipRequest): ContainerSipSession | undefined {
    if (request.method !== "NOTIFY") return undefined;
    const original = this.#parts.sessions.findByDialog(dialogId(request.callId, request.toTag ?? "", ""));
    const subscribe = original && existingUsage(original)?.sentSubscribe;
    if (original === undefined || subscribe === undefined) return undefined;
    const isFirst = original.dialog === undefined;
    const session = isFirst ? original : deriveSession(original, original.localTag, this.#parts.signalling);
    session.enterDialog(Dialog.ofNotify(subscribe, request));
    session.moveTo("CONFIRMED");
    usageOf(session).subscriptions.begin(subscribe, false);
    return session;
  }

  /** A proxy's session is known by the dialog of the two ends, from either side. */
  #findProxied(request: SipRequest): ContainerSipSession | undefined {
    const { sessions } = this.#parts;
    const [from, to] = [request.fromTag ?? "", request.toTag ?? ""];
    return sessions.findByDialog(`${request.callId}\n${from}\n${to}`);
  }

  /** Two INVITEs at once in one dialog (RFC 3261 §14.2). */
  #pendingInvite(session: ContainerSipSession, request: SipRequest): RequestRejection | undefined {
    if (request.method !== "INVITE") return undefined;
    const pending = session.ongoing.filter((each) => each.method === "INVITE");
    if (pending.some((each) => !each.isServer && each.servletRequest.finalResponse === undefined)) {
      return { statusCode: 491, reason: "Request Pending" };
    }
    const isAnswering = pending.some((each) => each instanceof ServerExchange && each.isOpen);
    return isAnswering ? { statusCode: 500, reason: "Another INVITE is being answered" } : undefined;
  }

  /** Requests still open when BYE comes are answered 487 (RFC 3261 §15.1.2). */
  #endPending(session: ContainerSipSession): void {
    for (const each of session.ongoing) {
      if (each instanceof ServerExchange && each.method === "INVITE" && each.isOpen) this.#terminate(each);
    }
  }

  #terminate(exchange: ServerExchange): void {
    if (this.#parts.forwarding.cancel(exchange)) return;
    const { servletRequest } = exchange;
    if (!(servletRequest instanceof ContainerSipServletRequest)) return;
    const response = servletRequest.makeResponse(exchange.request, 487);
    void servletRequest.respond(response);
  }

  #wrap({ request, connection }: Received, options: WrapOptions): ContainerSipServletRequest {
    const { session, isInitial = false, acknowledgedResponse } = options;
    const { proxies, transport } = this.#parts.signalling;
    const mayRoute = request.field("route") !== undefined || session?.role === "proxy";
    const routed = mayRoute ? takeOwnRoutes(request, connection, transport) : undefined;
    return new ContainerSipServletRequest({
      state: new MessageState(routed?.request ?? request, connection),
      popped: routed?.popped,
      session,
      method: request.method,
      isInitial,
      proxies,
      transport,
      acknowledgedResponse,
    });
  }

  #deliver(request: ContainerSipServletRequest, session: ContainerSipSession, after?: () => void): void {
    const invocation = new HandlerInvocation(session, request, this.#applicationOf(session));
    invocation.after = after;
    session.applicationSession.queue.enqueue(invocation);
  }

  #applicationOf(session: ContainerSipSession): DeployedApplication {
    return session.application as DeployedApplication;
  }

  #inQueue({ applicationSession }: ContainerSipSession, description: string, work: () => void): void {
    const { application, queue } = applicationSession;
    queue.enqueue({ run: () => runInvocation(application, applicationSession, description, work) });
  }

  #reject(transaction: ServerTransaction, rejection: RequestRejection, header?: string): void {
    if (transaction.request.method === "ACK") return;
    const { statusCode, reason } = rejection;
    const toTag = this.#parts.signalling.random.token(64);
    const builder = createResponse(transaction.request, statusCode, { reason, toTag });
    const colon = header?.indexOf(":") ?? -1;
    if (header !== undefined) builder.addText(header.slice(0, colon), header.slice(colon + 1).trim());
    if (statusCode === 500) builder.addText("Retry-After", String(this.#parts.signalling.random.integer(11)));
    transaction.respond(builder.build());
  }
}

/** A message with what it came by. */
interface Received {
  readonly request: SipRequest;
  readonly connection: Connection;
}

/** What is known of a received request. */
interface WrapOptions {
  readonly session?: ContainerSipSession;
  readonly isInitial?: boolean;
  readonly acknowledgedResponse?: SipServletResponse;
}

/** Both sessions know of each other (JSR 289 §15.11.3). */
function relate(session: ContainerSipSession, { kind, session: other }: DialogReference): void {
  usageOf(session).corresponding.set(kind, other);
  usageOf(other).corresponding.set(kind, session);
}
