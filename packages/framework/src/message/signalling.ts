import type { Clock, Logger, RandomSource, RequestSender, TimerValues, TransactionLayer } from "@siplet/core";
import type { Proxy, SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** What messages need of the container around them. */
export interface Signalling {
  readonly clock: Clock;
  readonly timers: TimerValues;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly transactions: TransactionLayer;
  readonly sender: RequestSender;
  readonly deliveries: Deliveries;
  readonly proxies: ProxyFactory;
}

/** Brings messages to the application that waits for them: upward, so it is a port. */
export interface Deliveries {
  /** A response for the handler of its session. */
  deliverResponse(response: SipServletResponse, session: ContainerSipSession): void;
  /** A 2xx was not acknowledged within 64·T1 (JSR 289 §8, `noAckReceived`). */
  reportMissingAck(request: SipServletRequest, response: SipServletResponse, session: ContainerSipSession): void;
  /** Something ended outside an invocation: look whether the session can go. */
  settle(session: ContainerSipSession): void;
}

/** Makes the proxy of a request: proxies stand above messages. */
export interface ProxyFactory {
  createProxy(request: SipServletRequest): Proxy;
}
