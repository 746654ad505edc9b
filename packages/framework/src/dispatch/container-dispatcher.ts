import {
  checkRequest,
  createResponse,
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
import type { Deliveries, Signalling } from "../message/signalling.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { SessionTable } from "../session/session-table.js";
import type { DeployedApplication } from "./deployed-application.js";
import { HandlerInvocation, type Handler } from "./handler-invocation.js";

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
    const request = this.#wrap(cancel.request, cancel.connection, session);
    cancel.respond(createResponse(cancel.request, 200, { toTag: session.localTag }).build());
    if (exchange.method !== "INVITE" || !exchange.isOpen) return;
    this.#terminate(exchange);
    this.#deliver(request, session);
  }

  onAck(ack: SipRequest, connection: Connection): void {
    const session = this.#parts.sessions.findByDialog(dialogIdOfRequest(ack)) ?? this.#findProxied(ack);
    if (session === undefined) return;
    session.touch();
    const request = this.#wrap(ack, connection, session);
    if (session.role === "proxy") {
      this.#deliver(request, session);
      this.#parts.forwarding.forwardAck(ack, connection);
      return;
    }
    const exchange = session.ongoing.find((each) => each.isServer && each.sequenceNumber === ack.cseq.sequenceNumber);
    if (exchange instanceof ServerExchange && exchange.receiveAck()) this.#deliver(request, session);
  }

  onStrayResponse(response: SipResponse): void {
    const { log } = this.#parts.signalling;
    log.debug({ status: response.statusCode, callId: response.callId }, "a response that nobody waits for was dropped");
  }

  deliverResponse(response: SipServletResponse, session: ContainerSipSession, after?: () => void): void {
    if (!session.isValid) return;
    const application = this.#applicationOf(session);
    const handler = application.responseHandler(session.handler, response) ?? noHandler;
    const invocation = new HandlerInvocation(session, response, handler, application);
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

  settle(session: ContainerSipSession): void {
    this.#inQueue(session, "settle", () => {});
  }

  #dispatchInitial(transaction: ServerTransaction): void {
    if (this.isDraining)
      return this.#reject(transaction, { statusCode: 503, reason: "Service Unavailable" }, "Retry-After: 10");
    const { request, connection } = transaction;
    const servletRequest = this.#wrap(request, connection, undefined, true);
    const target = this.#parts.registry.findTarget(request.requestUriText);
    for (const application of this.#applicationsFor(target)) {
      const servlet = application.model.selectServlet(servletRequest);
      if (servlet === undefined) continue;
      const applicationSession = this.#applicationSession(application, servletRequest, target);
      const session = this.#createSession(applicationSession, request, servlet.name);
      servletRequest.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
      return this.#deliver(servletRequest, session);
    }
    this.#reject(transaction, { statusCode: 404, reason: "Not Found" });
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

  #dispatchSubsequent(transaction: ServerTransaction): void {
    const { request, connection } = transaction;
    const session = this.#parts.sessions.findByDialog(dialogIdOfRequest(request)) ?? this.#findProxied(request);
    if (session === undefined) {
      return this.#reject(transaction, { statusCode: 481, reason: "Call/Transaction Does Not Exist" });
    }
    const rejection = session.dialog?.receiveRequest(request) ?? this.#pendingInvite(session, request);
    if (rejection !== undefined) return this.#reject(transaction, rejection);
    session.touch();
    const servletRequest = this.#wrap(request, connection, session);
    servletRequest.bind(session, new ServerExchange(transaction, session, this.#parts.signalling));
    if (request.method === "BYE" && session.role !== "proxy") this.#endPending(session);
    this.#deliver(servletRequest, session);
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
    if (pending.some((each) => !each.isServer)) return { statusCode: 491, reason: "Request Pending" };
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

  #wrap(
    request: SipRequest,
    connection: Connection,
    session: ContainerSipSession | undefined,
    isInitial = false,
  ): ContainerSipServletRequest {
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
    });
  }

  #deliver(request: ContainerSipServletRequest, session: ContainerSipSession): void {
    const application = this.#applicationOf(session);
    const handler = application.requestHandler(session.handler, request) ?? this.#unhandled(request, application);
    session.applicationSession.queue.enqueue(new HandlerInvocation(session, request, handler, application));
  }

  /** No handler: an initial request is answered 501, a subsequent one is left alone (JSR 359, method selection). */
  #unhandled(request: ContainerSipServletRequest, application: DeployedApplication): Handler {
    if (!request.isInitial) return noHandler;
    return {
      label: "no handler",
      invoke: () => {
        const response = request.createResponse(501);
        const allowed = application.allowedMethods(request.session.handler);
        if (allowed.length > 0) response.setHeader("Allow", allowed.join(", "));
        return response.send();
      },
    };
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

const noHandler: Handler = { label: "no handler", invoke: () => undefined };
