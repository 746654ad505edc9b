import type { TransportFactory } from "@siplet/core";
import type { ConvergedHttpSession, SipApplicationSession } from "../api/object-model.js";
import type { PushService } from "../api/push-service.js";
import type { ServletClass } from "../api/servlet-class.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { Awaitable } from "./awaitable.js";

/** An application as its HTTP side sees it. JSR 289 §13. */
export interface ConvergedApplication {
  readonly name: string;
  /** Path below which its pages are found; empty for the root. */
  readonly contextPath: string;
  readonly servletContext: SipServletContext;
  createApplicationSession(): SipApplicationSession;
  /** The valid application session of that id; undefined when it is over, or another application's. */
  getApplicationSession(id: string): SipApplicationSession | undefined;
  /** A signed word for a URL that leads to an application session. */
  createToken(applicationSession: SipApplicationSession): string;
  /** The valid application session that such a word leads to. */
  findByToken(token: string): SipApplicationSession | undefined;
  /** An HTTP request uses the application session: the time of its expiry moves. */
  touch(applicationSession: SipApplicationSession): void;
  /** An HTTP session became its child: from now on it is ready to be invalidated once its children have gone. */
  join(applicationSession: SipApplicationSession): void;
  /** An HTTP session of it ended: what is ready by that goes. */
  leave(applicationSession: SipApplicationSession): void;
  /**
   * Runs work in the queue of an application session; without a session, outside of any. `description` names it in logs.
   * Values and errors of the work come out as they are.
   */
  run<T>(
    applicationSession: SipApplicationSession | undefined,
    work: () => Awaitable<T>,
    description?: string,
  ): Awaitable<T>;
  /** An instance of a class with its constructor parameters injected, as servlets get them. */
  resolve<T extends object>(httpClass: ServletClass<T>): T;
}

/** What is served for an application beside its SIP servlets. */
export interface HttpResources {
  /** Classes with `@HttpController`. */
  readonly controllers: readonly ServletClass[];
  /** Routers of the bridge's own kind: for the built-in one, those of Express. */
  readonly routers: readonly unknown[];
}

/**
 * The HTTP side of the container: an HTTP server whose sessions share application sessions with SIP. JSR 289 §13.
 * An application session that ends tells it; it never ends HTTP sessions by that.
 */
export interface HttpBridge {
  /** The base of its URLs, as clients see them, once it is open; undefined before. */
  readonly url: URL | undefined;
  /** Pushes news to pages. */
  readonly push: PushService;
  /**
   * Carries SIP over WebSocket on the same port; undefined when it does not. Who opened a connection is written to the
   * request of its handshake: `userPrincipal` and `sessionID`. RFC 7118.
   */
  readonly sipTransport: TransportFactory | undefined;
  /** Opens the port. Until `listen` what reaches an application is answered 503. */
  open(): Awaitable<void>;
  /** Called for each application before the container takes calls. */
  deploy(application: ConvergedApplication, resources: HttpResources): void;
  undeploy(applicationName: string): void;
  /** Takes requests from now on. */
  listen(): Awaitable<void>;
  /** Finishes the requests in progress and stops. */
  close(): Awaitable<void>;
  /** The valid HTTP sessions of an application session. */
  getSessions(applicationSessionId: string): readonly ConvergedHttpSession[];
  getSession(id: string): ConvergedHttpSession | undefined;
  /** A copy of the URL that leads to the application session. JSR: `SipApplicationSession.encodeURL`. */
  encodeUrl(applicationSession: SipApplicationSession, url: URL | string): URL;
  /** The application session has ended: its HTTP sessions live on without it. */
  detach(applicationSessionId: string): void;
}
