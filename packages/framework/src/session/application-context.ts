import type { Clock, Logger } from "@siplet/core";
import type { Address } from "../api/address.js";
import type { SipServletRequest, SipSession } from "../api/object-model.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { Commit } from "../concurrency/outbox.js";
import type { ListenerRegistry } from "../listener/listener-registry.js";

/** What sessions need of the application they belong to. */
export interface ApplicationContext {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listeners: ListenerRegistry;
  readonly servletContext: SipServletContext;
  /** Life of an application session after its last use, in minutes; 0 or less means for ever. */
  readonly sessionTimeout: number;
  /** Whether code behind an `await` may ask for the current session: beans of a scope, executors. */
  readonly followsAwait: boolean;
  /** Writes an application session down before its messages leave; undefined with sessions in memory. */
  readonly commit: ((applicationSessionId: string) => ReturnType<Commit>) | undefined;
  /** Makes requests and addresses for sessions, which know no messages themselves. */
  readonly messages: MessageFactory;
  hasServlet(name: string): boolean;
}

/** Makes what a session hands out. */
export interface MessageFactory {
  /** A request on that session: inside its dialog, or the next of its Call-ID. */
  createRequest(session: SipSession, method: string): SipServletRequest;
  /** An address that cannot be changed, from a header value. */
  createSystemAddress(text: string): Address;
}
