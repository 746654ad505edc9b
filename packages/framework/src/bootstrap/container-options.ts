import type { Clock, DnsResolver, ListenInput, Logger, RandomSource, TimerValues } from "@siplet/core";
import type { BridgeHooks } from "../api/bridge.js";
import type { ServletClass } from "../api/servlet-class.js";
import type { InjectionSetup } from "../di/application-injector.js";
import type { HttpOptions } from "../http/server/http-options.js";
import type { HttpBridge } from "../spi/http-bridge.js";
import type { RouterInput } from "./router-input.js";
import type { OperationsOptions } from "../operations/operations-options.js";
import type { SessionStore } from "../spi/session-store.js";
import type { ApplicationSecurityOptions, SecurityOptions } from "../security/security-options.js";
import type { ApplicationDefinition } from "../model/application-definition.js";

/** An application as it is given to `bootstrap`. */
export interface ContainerApplication extends ApplicationDefinition {
  /** Beans of the application: functions that bind, or inversify's modules. Later ones replace earlier ones. */
  readonly configure?: InjectionSetup | readonly InjectionSetup[];
  /** Classes whose instances may be attributes of sessions that move: their own fields are written down. */
  readonly snapshotClasses?: readonly ServletClass[];
  /** Hooks of bridges, for applications whose sessions move: bridges find them again by name. */
  readonly bridgeHooks?: readonly ServletClass<BridgeHooks>[];
  /** How its callers are authenticated, where that differs from the container's. */
  readonly security?: ApplicationSecurityOptions;
}

/** What a container is made of. */
export interface ContainerOptions {
  readonly applications: readonly ContainerApplication[];
  /** Where to listen: `udp:0.0.0.0:5060`, `tcp:[::1]:5060`, or transports of the engine. */
  readonly listen: readonly ListenInput[];
  /**
   * Decides which application an initial request goes to, and which one next (JSR 289 §15): a router, its provider, or the
   * configuration of the default router as `{ text }` or `{ file }`. When left out, the default router works where
   * `javax.servlet.sip.ar.dar.configuration` in the environment names a configuration; else the first application that has
   * a servlet for it gets what comes from outside, and what applications send leaves.
   */
  readonly router?: RouterInput;
  /** Serves controllers and SIP over WebSocket beside SIP (JSR 289 §13); or a bridge to another HTTP framework. */
  readonly http?: HttpOptions | HttpBridge;
  /** `/livez`, `/readyz` and `/metrics` for operators, on the HTTP port or one of their own; false: none of them. */
  readonly operations?: OperationsOptions | false;
  /** Where the container logs; a pino instance fits. Lines for people on standard error when left out. */
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly timers?: Partial<TimerValues>;
  readonly resolver?: DnsResolver;
  /** What `close` waits for: that running calls are set up or refused (`"setup"`, the default), or that they end (`"calls"`). */
  readonly drain?: "setup" | "calls";
  /** How long `close` waits for that, in milliseconds; 5,000. What is left then is logged. */
  readonly drainTimeout?: number;
  /** After how many milliseconds a handler, timer or task that has not returned is reported; 30,000; 0: never. */
  readonly stuckTimeout?: number;
  /** Keeps the sessions of distributable applications; in memory, and nothing written, when left out. */
  readonly store?: SessionStore;
  /** Name of this engine in the store; random if absent. */
  readonly engineName?: string;
  /**
   * How long a persistent timer of a stored session may be overdue before its engine counts as gone and the session is taken
   * over, in milliseconds; 10,000; 0: never.
   */
  readonly overdueTimeout?: number;
  /** Signs what leads back to sessions, such as encoded URIs. Containers that share sessions share it; random if absent. */
  readonly secret?: string;
  /** How callers are authenticated, and whose word is believed. */
  readonly security?: SecurityOptions;
  /** How long a request may stay without final answer after its handler, in milliseconds; see `defaultAnswerTimeouts`. */
  readonly answerTimeout?: Partial<AnswerTimeouts>;
}

/** How long requests may stay unanswered, in milliseconds. */
export interface AnswerTimeouts {
  /** INVITE: people need time to pick up; 180,000. */
  readonly invite: number;
  /** Any other request: its sender gives up after 32 s; 30,000. */
  readonly other: number;
}

/** The defaults. */
export const defaultAnswerTimeouts: AnswerTimeouts = { invite: 180_000, other: 30_000 };
