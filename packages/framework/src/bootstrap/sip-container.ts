import type { TransportTap } from "@siplet/core";
import type { SipApplicationSession } from "../api/object-model.js";
import type { SipUri } from "../api/sip-uri.js";
import type { BeanToken } from "../di/application-injector.js";
import type { ContainerLoad, ContainerState } from "../operations/metrics/observed-container.js";
import type { ContainerObserver } from "../spi/container-observer.js";
import type { SessionSnapshot } from "../spi/session-snapshot.js";
import type { ContainerApplication } from "./container-options.js";
import type { RouterInput } from "./router-input.js";

/** How many of each there are now. */
export interface ContainerCounts {
  readonly applicationSessions: number;
  /** Keys that application sessions are found by (JSR 289 §15.11.2). */
  readonly applicationKeys: number;
  readonly dialogs: number;
  readonly clientTransactions: number;
  readonly serverTransactions: number;
  /** Requests remembered so that copies by other paths are known (RFC 3261 §8.2.2.2). */
  readonly mergeableRequests: number;
  /** Servlet timers, and tasks that are scheduled for later. */
  readonly timers: number;
  /** Requests that their handlers have left unanswered. */
  readonly unansweredRequests: number;
  /** Handlers, timers and tasks that await something. */
  readonly pendingInvocations: number;
  /** Stream connections that stand. */
  readonly connections: number;
  /** Addresses with a contact at a registrar of the container. */
  readonly registeredAddresses: number;
  /** Connections that such contacts hang on. */
  readonly registeredFlows: number;
}

/** A running container, as programs see it: `bootstrap` makes one. */
export abstract class SipContainer {
  /** Names of the applications, in the order they are asked. */
  abstract readonly applicationNames: readonly string[];
  /** Where the container listens: `udp:127.0.0.1:5060`. */
  abstract readonly listenPoints: readonly string[];
  /** A SIP URI for each listen point, as peers outside this machine reach it. */
  abstract readonly outboundInterfaces: readonly SipUri[];
  /** Base of the URLs of its HTTP side, as clients see them; undefined where there is none. */
  abstract readonly httpUrl: URL | undefined;
  /** Base of the URLs of `/readyz` and its kin, when they have a port of their own. */
  abstract readonly operationsUrl: URL | undefined;
  /** How far it is. */
  abstract readonly state: ContainerState;
  /** What it has to do now. */
  abstract readonly load: ContainerLoad;
  /** All handlers as an aligned table. */
  abstract readonly handlerTable: string;
  abstract readonly counts: ContainerCounts;

  /**
   * Brings an application in while the container runs; it is asked behind the others.
   * @throws DeploymentError with everything that is wrong with it
   */
  abstract deploy(application: ContainerApplication): Promise<void>;

  /**
   * Takes an application out while the container runs: new calls do not reach it, its sessions end without a BYE, its
   * servlets and beans are destroyed.
   * @throws ServletError `servlet.application` when there is none of that name
   */
  abstract undeploy(name: string): Promise<void>;

  /**
   * Puts another application router to work, or none; requests that are under way are led on by the one they began with.
   * What fails leaves the router as it was. Routers are destroyed with the container.
   * @throws RouterConfigurationError with every fault of a configuration
   */
  abstract setRouter(router: RouterInput | undefined): Promise<void>;

  /**
   * A bean of an application, for tests and for programs around the container.
   * @throws ServletError `servlet.application` when there is no application of that name
   */
  abstract bean<T>(applicationName: string, token: BeanToken<T> | (abstract new (...parameters: never[]) => T)): T;

  /**
   * Takes an application session out of this container, once its queue is idle, for `activateSession` of another one.
   * Nobody hears that it ended; the calls go on where it comes back.
   * @throws IllegalStateError while a transaction is under way; IllegalArgumentError `argument.content` naming what cannot
   * be written
   */
  abstract passivateSession(applicationSessionId: string): Promise<SessionSnapshot>;

  /**
   * Brings back an application session that another container of the same application wrote down.
   * @throws IllegalArgumentError `argument.session` when it is here already or its layout is not known
   */
  abstract activateSession(snapshot: SessionSnapshot): SipApplicationSession;

  /** Lets somebody look on while the container works; gives the function that ends it. */
  abstract observe(observer: ContainerObserver): () => void;

  /** Lets somebody see each message as it passes the transports; gives the function that ends it. */
  abstract addTap(tap: TransportTap): () => void;

  /** The application sessions that live here, of one application when a name is given: for tools, not for applications. */
  abstract getApplicationSessions(applicationName?: string): readonly SipApplicationSession[];

  /**
   * Takes no new calls any more: they are refused with 503, `/readyz` says so. Resolves when nothing is being set up, or the
   * drain timeout is over. Calling it again gives the same promise.
   */
  abstract drain(): Promise<void>;

  /**
   * Ends the container: new calls are refused with 503, calls being set up may finish within the drain timeout and are
   * then refused, servlets and beans are destroyed, listeners closed. Calling it again gives the same promise.
   */
  abstract close(): Promise<void>;
}
