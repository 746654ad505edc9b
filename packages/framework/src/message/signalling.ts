import type {
  Clock,
  Connection,
  GruuLookUp,
  Logger,
  RandomSource,
  RequestSender,
  SipRequest,
  TimerValues,
  TransactionLayer,
  TransportLayer,
} from "@siplet/core";
import type { B2buaHelper, SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { ApplicationRoutes } from "./application-routes.js";
import type { InternalRoutes } from "./internal-routes.js";
import type { ProxyFactory } from "./container-sip-servlet-request.js";
import type { ContainerFlows } from "./container-flows.js";

/** What messages need of the container around them. */
export interface Signalling {
  readonly clock: Clock;
  readonly timers: TimerValues;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly transactions: TransactionLayer;
  readonly sender: RequestSender;
  readonly transport: TransportLayer;
  readonly flows: ContainerFlows;
  /** Finds devices that registrars of the container know, by their GRUU (RFC 5627 §5.4). */
  readonly gruus: GruuLookUp;
  /** Keeps inside what is for this container. */
  readonly routes: InternalRoutes;
  /** Asks the application router about what applications send. */
  readonly chains: ApplicationRoutes;
  readonly deliveries: Deliveries;
  readonly proxies: ProxyFactory;
  /** Takes away what a peer may not assert (RFC 3325); absent where nobody is trusted. */
  readonly screen?: ((request: SipRequest, connection: Connection) => SipRequest) | undefined;
  readonly b2bua: B2buaHelpers;
}

/** Hands out the B2BUA helper: upward, so it is a port. */
export interface B2buaHelpers {
  helperFor(request: SipServletRequest): B2buaHelper;
}

/** Brings messages to the application that waits for them: upward, so it is a port. */
export interface Deliveries {
  /** A response for the handler of its session; `after` is called once that has settled. */
  deliverResponse(response: SipServletResponse, session: ContainerSipSession, after?: () => void): void;
  /** Whether the servlet of a session has a handler for a response; without one nobody need be asked. */
  hasResponseHandler(response: SipServletResponse, session: ContainerSipSession): boolean;
  /** A 2xx was not acknowledged within 64·T1 (JSR 289 §8, `noAckReceived`). */
  reportMissingAck(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void;
  /** A reliable provisional was not acknowledged within 64·T1 (JSR 289 §8, `noPrackReceived`). */
  reportMissingPrack(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void;
  /** A session for a further dialog of the same request. */
  deriveSession(original: ContainerSipSession, localTag: string): ContainerSipSession;
  /** Work of the container in the turn of a session. */
  runInSession(session: ContainerSipSession, description: string, work: () => unknown): void;
  /** Something ended outside an invocation: look whether the session can go. */
  settle(session: ContainerSipSession): void;
}
