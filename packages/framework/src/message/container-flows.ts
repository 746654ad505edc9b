import { createHmac } from "node:crypto";
import {
  FlowToken,
  KeepAlive,
  type Clock,
  type Connection,
  type FlowTable,
  type FlowTokens,
  type FlowVerdict,
  type Logger,
  type RandomSource,
} from "@siplet/core";
import { runInvocation } from "../concurrency/invocation-host.js";
import type { ApplicationContext } from "../session/application-context.js";
import { ContainerFlow } from "./container-flow.js";

/** What the flows of a container stand on. */
export interface ContainerFlowsParts {
  readonly flows: FlowTable;
  /** That of the container; containers that share it know each other's tokens. */
  readonly secret: string | Uint8Array;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
}

/** Hears of a stream flow that ended, by its token. */
export type FlowClosed = (token: string) => void;

/** A flow that is kept alive. */
interface KeptFlow {
  readonly flow: ContainerFlow;
  readonly keepAlive: KeepAlive;
}

/** The flows of a container (JSR 359, RFC 5626): tokens that lead back to them, keep-alives, news of their end. */
export class ContainerFlows implements FlowTokens {
  readonly #parts: ContainerFlowsParts;
  readonly #tokens: FlowToken;
  readonly #listeners = new Set<FlowClosed>();
  /** A stream is one flow as long as it stands. */
  readonly #streams = new WeakMap<Connection, ContainerFlow>();
  /** By token. */
  readonly #kept = new Map<string, KeptFlow>();
  #isClosed = false;

  constructor(parts: ContainerFlowsParts) {
    const { flows, secret } = parts;
    this.#parts = parts;
    this.#tokens = new FlowToken({ flows, key: createHmac("sha256", secret).update("flow tokens").digest() });
  }

  create(connection: Connection): string {
    return this.#tokens.create(connection);
  }

  verify(token: string): FlowVerdict {
    return this.#tokens.verify(token);
  }

  /** Tells `listener` from now on of each stream that ends; gives the function that ends it. */
  onClosed(listener: FlowClosed): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The flow that a connection is, for an application: it will hear of its end. */
  of(connection: Connection, holder: ApplicationContext): ContainerFlow {
    const flow = connection.transport.isReliable ? this.#ofStream(connection) : this.#ofDatagrams(connection);
    flow.holders.add(holder);
    return flow;
  }

  /** The flow of a token; undefined when it has ended, and for a token that is none of ours (RFC 5626 §5.3). */
  find(token: string, holder: ApplicationContext): ContainerFlow | undefined {
    const verdict = this.verify(token);
    return verdict.kind === "open" ? this.of(verdict.connection, holder) : undefined;
  }

  /** Pings the flow that a registration took, until it fails or the registration ends. `flowTimer` in seconds; 0: none. */
  keepAlive(connection: Connection, holder: ApplicationContext, flowTimer: number): void {
    const flow = this.of(connection, holder);
    const { token } = flow;
    this.#kept.get(token)?.keepAlive.stop();
    const { clock, random } = this.#parts;
    const onFailed = (): void => this.#fail(flow);
    const keepAlive = new KeepAlive(connection, { clock, random, flowTimer, onFailed });
    this.#kept.set(token, { flow, keepAlive });
    keepAlive.start();
  }

  /** The registration that took the flow has ended. */
  leave(connection: Connection): void {
    const token = this.create(connection);
    this.#kept.get(token)?.keepAlive.stop();
    this.#kept.delete(token);
  }

  /** A stream connection ended. */
  closed(connection: Connection): void {
    const flow = this.#streams.get(connection);
    if (flow !== undefined) this.#fail(flow);
    if (this.#listeners.size === 0) return;
    const token = this.create(connection);
    for (const listener of this.#listeners) listener(token);
  }

  /** Nothing is pinged any more: the container closes. */
  close(): void {
    this.#isClosed = true;
    for (const { keepAlive } of this.#kept.values()) keepAlive.stop();
    this.#kept.clear();
  }

  #ofStream(connection: Connection): ContainerFlow {
    const known = this.#streams.get(connection);
    if (known !== undefined) return known;
    const flow = new ContainerFlow(connection, this);
    this.#streams.set(connection, flow);
    return flow;
  }

  #ofDatagrams(connection: Connection): ContainerFlow {
    const kept = this.#kept.size === 0 ? undefined : this.#kept.get(this.create(connection));
    return kept?.flow ?? new ContainerFlow(connection, this);
  }

  #fail(flow: ContainerFlow): void {
    this.leave(flow.connection);
    if (!flow.fail() || this.#isClosed) return;
    this.#parts.log.info({ remote: flow.remoteUri.toString() }, "a flow has failed");
    for (const holder of flow.holders) this.#tell(holder, flow);
  }

  /** Outside of any application session: a flow belongs to none. */
  #tell(holder: ApplicationContext, flow: ContainerFlow): void {
    for (const listener of holder.listeners.listeners.flow) {
      void runInvocation(holder, undefined, "flowFailed", () => listener.flowFailed(flow));
    }
  }
}
