import {
  checkRequest,
  createResponse,
  ProxyContext,
  type Connection,
  type HeaderField,
  type RoutedRequest,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type TransactionUser,
} from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ServerExchange } from "../message/server-exchange.js";
import type { Deliveries, Signalling } from "../message/signalling.js";
import type { ApplicationChains } from "../router/composition/application-chains.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionKeys } from "../session/session-keys.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { SessionTable } from "../session/session-table.js";
import { PendingAdmission } from "./admission.js";
import type { DeployedApplication } from "./deployed-application.js";
import { HandlerInvocation } from "./handler-invocation.js";
import { InitialRecovery, type RecoveryLookup } from "./initial-recovery.js";
import { InitialDispatcher } from "./initial-dispatcher.js";
import { noSuchDialog, rejectRequest } from "./reject-request.js";
import { receivedAddress, SessionFinder } from "./session-finder.js";
import { SubsequentDispatcher } from "./subsequent-dispatcher.js";
import { routeRequest, wrapRequest } from "./wrap-request.js";

/** What proxies do with messages that no handler answers: above the dispatcher's floor, so it is a port. */
export interface ProxyForwarding {
  /** CANCEL for an INVITE that goes on from here, and whether its application hears of it; undefined for any other. */
  cancel(exchange: ServerExchange, reasons: readonly HeaderField[]): { readonly isHeard: boolean } | undefined;
  /** A request inside a dialog that this container proxies, after its handler. */
  forward(request: ContainerSipServletRequest): void;
  /** The ACK of a 2xx that this container proxied, after its handler. */
  forwardAck(ack: ContainerSipServletRequest): void;
  /** Whether a request is for a device that a registrar of the container knows, by its GRUU (RFC 5627 §5.4). */
  isForDevice(routed: RoutedRequest): boolean;
  /** A request of a dialog that was proxied here and has no session any more; false when it is for nobody but us. */
  forwardStranger(transaction: ServerTransaction, routed: RoutedRequest): boolean;
  /** The ACK of such a dialog. */
  forwardStrangersAck(ack: SipRequest, connection: Connection, routed: RoutedRequest): void;
}

/** What the dispatcher needs. */
export interface DispatcherParts {
  readonly applications: readonly DeployedApplication[];
  readonly sessions: SessionTable;
  readonly registry: SessionRegistry;
  readonly keys: SessionKeys;
  /** Fetches the session of a name that is not here; absent with sessions in memory. */
  readonly recover?: (lookup: RecoveryLookup) => Promise<boolean>;
  readonly chains: ApplicationChains;
  readonly signalling: Signalling;
  readonly forwarding: ProxyForwarding;
  /** Whether nobody may send requests over a connection. */
  readonly forbids?: (connection: Connection) => boolean;
}

/** Brings each message to the handler that waits for it (JSR 289 §15, §16). */
export class ContainerDispatcher implements TransactionUser, Deliveries {
  readonly #parts: DispatcherParts;
  readonly #finder: SessionFinder;
  readonly #initial: InitialDispatcher;
  readonly #subsequent: SubsequentDispatcher;
  readonly #recovery: InitialRecovery | undefined;
  /** New calls are refused while the container drains. */
  isDraining = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#finder = new SessionFinder(parts.sessions, parts.keys);
    const deliver = (request: ContainerSipServletRequest, session: ContainerSipSession): void =>
      this.#deliver(request, session);
    const terminate = (exchange: ServerExchange): void => void this.#terminate(exchange);
    this.#initial = new InitialDispatcher({ ...parts, deliver });
    const { recover } = parts;
    this.#recovery = recover && new InitialRecovery({ ...parts, recover });
    this.#subsequent = new SubsequentDispatcher({ ...parts, finder: this.#finder, deliver, terminate });
  }

  onRequest(transaction: ServerTransaction): void {
    const { signalling } = this.#parts;
    const { request, connection } = transaction;
    const rejection = checkRequest(request);
    // a chain of applications that has begun goes on to its end
    const isRefused = this.isDraining && connection.deliver === undefined;
    if (rejection !== undefined) rejectRequest(transaction, rejection, signalling);
    else if (this.#parts.forbids?.(connection) === true) rejectRequest(transaction, forbidden, signalling);
    else if (request.toTag !== undefined) this.#subsequent.dispatch(transaction);
    else if (isRefused) rejectRequest(transaction, unavailable, signalling, 10);
    else this.#dispatchInitial(transaction);
  }

  /** What the request is targeted at is fetched first, where it lives in a store and not here. */
  #dispatchInitial(transaction: ServerTransaction): void {
    const { signalling } = this.#parts;
    const wrap = (): SipServletRequest =>
      wrapRequest(transaction, routeRequest(transaction, signalling), { isInitial: true }, signalling);
    const fetching = this.#recovery?.fetch(transaction.request, wrap);
    if (fetching === undefined) return this.#initial.dispatch(transaction);
    const failed = (error: unknown): void => {
      signalling.log.error({ error, callId: transaction.request.callId }, "an initial request could not be dispatched");
      rejectRequest(transaction, { statusCode: 500, reason: "Server Internal Error" }, signalling);
    };
    void fetching.then(() => this.#initial.dispatch(transaction)).catch(failed);
  }

  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void {
    const { signalling } = this.#parts;
    if (cancelled === undefined) return rejectRequest(cancel, noSuchDialog, signalling);
    if (this.#initial.cancel(cancel, cancelled)) return;
    const exchange = cancelled.user;
    if (exchange instanceof ProxyContext) return exchange.receiveCancel(cancel);
    if (exchange instanceof PendingAdmission) exchange.cancel();
    if (!(exchange instanceof ServerExchange)) {
      return rejectRequest(cancel, { statusCode: 200, reason: "OK" }, signalling);
    }
    const { session } = exchange;
    const request = wrapRequest(
      cancel,
      routeRequest(cancel, signalling),
      { session, cancelled: exchange.servletRequest },
      signalling,
    );
    cancel.respond(createResponse(cancel.request, 200, { toTag: session.localTag }).build());
    if (exchange.method !== "INVITE" || !exchange.isOpen) return;
    const invocation = new HandlerInvocation(session, request, this.#applicationOf(session));
    if (this.#terminate(exchange, cancel.request.fieldsOf("reason"))) {
      session.applicationSession.queue.enqueue(invocation);
    } else {
      invocation.abandon();
    }
  }

  onAck(ack: SipRequest, connection: Connection): void {
    const { signalling, forwarding } = this.#parts;
    const received = { request: ack, connection };
    const routed = routeRequest(received, signalling);
    const address = receivedAddress(routed);
    const session = this.#finder.find(routed.request, address);
    if (session === undefined) {
      const goesOn = this.#finder.isOurs(address) || forwarding.isForDevice(routed);
      return goesOn ? forwarding.forwardStrangersAck(ack, connection, routed) : undefined;
    }
    session.touch();
    if (session.role === "proxy") {
      const request = wrapRequest(received, routed, { session }, signalling);
      return this.#deliver(request, session, () => forwarding.forwardAck(request));
    }
    const exchange = session.ongoing.find((each) => each.isServer && each.sequenceNumber === ack.cseq.sequenceNumber);
    const acknowledgedResponse = exchange instanceof ServerExchange ? exchange.receiveAck(ack) : undefined;
    if (acknowledgedResponse === undefined) return;
    this.#deliver(wrapRequest(received, routed, { session, acknowledgedResponse }, signalling), session);
  }

  onConnectionClosed(connection: Connection): void {
    this.#parts.signalling.flows.closed(connection);
  }

  onStrayResponse(response: SipResponse): void {
    const { log } = this.#parts.signalling;
    log.debug({ status: response.statusCode, callId: response.callId }, "a response that nobody waits for was dropped");
  }

  deliverResponse(response: SipServletResponse, session: ContainerSipSession, after?: () => void): void {
    if (!session.isValid) return after?.();
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
      session.taker?.onUnacknowledged(response);
      void listeners.tell(session.applicationSession, listeners.listeners.error, "noAckReceived", (each) =>
        each.noAckReceived?.({ request, response }),
      );
    });
  }

  reportMissingPrack(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void {
    const { listeners, log } = session.application;
    log.warn({ callId: session.callId, status: response.status }, "no PRACK came for a reliable response within 64·T1");
    this.#inQueue(session, "noPrackReceived", () => {
      session.taker?.onUnacknowledged(response);
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

  /** Ends an INVITE that has no final answer; tells whether its application hears of that. */
  #terminate(exchange: ServerExchange, reasons: readonly HeaderField[] = []): boolean {
    const cancelled = this.#parts.forwarding.cancel(exchange, reasons);
    if (cancelled !== undefined) return cancelled.isHeard;
    const { servletRequest } = exchange;
    if (!(servletRequest instanceof ContainerSipServletRequest)) return true;
    const response = servletRequest.makeResponse(exchange.request, 487);
    void servletRequest.respond(response);
    return true;
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
}

const forbidden = { statusCode: 403, reason: "Forbidden" };
const unavailable = { statusCode: 503, reason: "Service Unavailable" };
