import type { ConvergedHttpSession, SipApplicationSession } from "../api/object-model.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { Awaitable } from "./awaitable.js";

/** An application as its HTTP side sees it. JSR 289 §13. */
export interface ConvergedApplication {
  readonly name: string;
  readonly servletContext: SipServletContext;
  createApplicationSession(): SipApplicationSession;
  getApplicationSession(id: string): SipApplicationSession | undefined;
  /**
   * Runs work in the queue of an application session; without a session, outside of any.
   * Values and errors of the work come out as they are.
   */
  run<T>(applicationSession: SipApplicationSession | undefined, work: () => Awaitable<T>): Awaitable<T>;
  /** An instance of a class with its constructor parameters injected, as servlets get them. */
  resolve<T extends object>(httpClass: new (...parameters: never[]) => T): T;
}

/**
 * The HTTP side of the container: an HTTP server whose sessions share application sessions with SIP. JSR 289 §13.
 * An application session that ends tells it; it never ends HTTP sessions by that.
 */
export interface HttpBridge {
  /** Called for each application before the container takes calls. */
  deploy(application: ConvergedApplication, httpClasses: readonly (new (...parameters: never[]) => object)[]): void;
  undeploy(applicationName: string): void;
  /** Takes requests from now on. */
  listen(): Awaitable<void>;
  /** Finishes the requests in progress and stops. */
  close(): Awaitable<void>;
  /** The valid HTTP sessions of an application session. */
  getSessions(applicationSessionId: string): readonly ConvergedHttpSession[];
  getSession(id: string): ConvergedHttpSession | undefined;
  /** A copy of the URL that leads to the application session. JSR: `SipApplicationSession.encodeURL`. */
  encodeUrl(applicationSession: SipApplicationSession, url: URL): URL;
  /** The application session has ended: its HTTP sessions live on without it. */
  detach(applicationSessionId: string): void;
}
