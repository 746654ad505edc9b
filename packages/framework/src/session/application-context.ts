import type { Clock, Logger } from "@siplet/core";
import type { Address } from "../api/address.js";
import type { B2buaHelper, SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { UaMode } from "../api/ua-mode.js";
import type { InvocationHost } from "../concurrency/invocation-host.js";
import type { Commit } from "../concurrency/outbox.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ListenerRegistry } from "../listener/listener-registry.js";
import type { HttpBridge } from "../spi/http-bridge.js";
import type { Caller } from "./caller.js";
import type { SessionSignalling } from "./session-signalling.js";

/** What sessions need of the application they belong to. */
export interface ApplicationContext extends InvocationHost {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listeners: ListenerRegistry;
  readonly servletContext: SipServletContext;
  /** Life of an application session after its last use, in minutes; 0 or less means for ever. */
  readonly sessionTimeout: number;
  /** Whether its sessions go when they are ready, unless they say otherwise. */
  readonly invalidateWhenReady: boolean;
  /** Seconds that a proxy waits for final answers. */
  readonly proxyTimeout: number;
  /** Whether the code of one application session runs one after the other: concurrency mode APPLICATIONSESSION. */
  readonly isSerial: boolean;
  /** Writes an application session down before its messages leave; undefined with sessions in memory. */
  readonly commit: ((applicationSessionId: string) => ReturnType<Commit>) | undefined;
  /** Makes requests and addresses for sessions, which know no messages themselves. */
  readonly messages: MessageFactory;
  /** The HTTP side of its sessions; undefined where there is none. */
  readonly httpSessions?: HttpSessions | undefined;
  hasServlet(name: string): boolean;
  /** In whose name a servlet makes requests, where it says so: `run-as` (JSR 289 §17). */
  callerOf(servletName: string): Caller | undefined;
  /** The role of the application behind a name that a servlet uses. JSR 289 §17 `security-role-ref`. */
  linkedRole(servletName: string, role: string): string;
  /**
   * Checks a value that becomes part of a session, where sessions may leave this engine.
   * @throws IllegalArgumentError `argument.content` with the path of what cannot be written
   */
  requireWritable(value: unknown, path: string): void;
}

/** What application sessions ask of the HTTP side (JSR 289 §13). */
export type HttpSessions = Pick<HttpBridge, "getSessions" | "getSession" | "encodeUrl" | "detach">;

/** The HTTP side of an application. @throws UnsupportedOperationError where there is none */
export function requireHttpSessions({ httpSessions }: ApplicationContext): HttpSessions {
  if (httpSessions !== undefined) return httpSessions;
  const detail = "URLs of sessions need an HTTP side: bootstrap({ http: { listen: … } })";
  throw new UnsupportedOperationError("unsupported.operation", { detail });
}

/** Makes what a session hands out. */
export interface MessageFactory {
  /** A request on that session: inside its dialog, or the next of its Call-ID. */
  createRequest(session: SipSession, method: string): SipServletRequest;
  /** A request of the container itself: its answers go to `onAnswer` instead of the application. */
  createAutomaticRequest(
    session: SipSession,
    method: string,
    onAnswer: (response: SipServletResponse) => void,
  ): SipServletRequest;
  /** A BYE that ends a proxied call toward one end, `UAC` being the caller; its answers go to `onAnswer`. */
  createProxiedBye(
    session: SipSession,
    toward: UaMode,
    onAnswer: (response: SipServletResponse) => void,
  ): SipServletRequest;
  /** A NOTIFY that makes a further dialog of the SUBSCRIBE a session was made by (RFC 6665 §4.4.1). */
  createForkedNotify(session: SipSession): SipServletRequest;
  /** The B2BUA helper, for an application that is no proxy for this request. */
  b2buaHelperFor(request: SipServletRequest): B2buaHelper;
  /** What the messages of a session know about it. */
  createSignalling(session: SipSession): SessionSignalling;
  /** An address that cannot be changed, from a header value. */
  createSystemAddress(text: string): Address;
}
