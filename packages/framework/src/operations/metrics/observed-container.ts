import type { TransportTap } from "@siplet/core";
import type { SipApplicationSession } from "../../api/object-model.js";
import type { ContainerObserver } from "../../spi/container-observer.js";

/**
 * How far a container is: it deploys and opens its ports; takes calls; takes no new ones and finishes those being set up;
 * is over.
 */
export type ContainerState = "starting" | "ready" | "draining" | "closed";

/** What a container has to do now. */
export interface ContainerLoad {
  /** Pieces of work that wait in the queues of application sessions. */
  readonly queuedWork: number;
  /** Application sessions whose turn is running. */
  readonly busyQueues: number;
  /** Stream connections that stand, by transport. */
  readonly connections: Readonly<Record<string, number>>;
}

/** What operators look at: a container from outside. */
export interface ObservedContainer {
  readonly state: ContainerState;
  readonly applicationNames: readonly string[];
  readonly listenPoints: readonly string[];
  readonly load: ContainerLoad;
  readonly counts: {
    readonly dialogs: number;
    readonly clientTransactions: number;
    readonly serverTransactions: number;
  };
  getApplicationSessions(applicationName?: string): readonly SipApplicationSession[];
  observe(observer: ContainerObserver): () => void;
  addTap(tap: TransportTap): () => void;
}
