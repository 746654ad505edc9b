import { formatHost, reachableAddress, type SipStack, type Transport, type TransportTap } from "@siplet/core";
import { createUri } from "../address/uris.js";
import type { ContainerSipUri } from "../address/container-sip-uri.js";
import type { SipApplicationSession } from "../api/object-model.js";
import type { SipUri } from "../api/sip-uri.js";
import type { BeanToken } from "../di/application-injector.js";
import type { Observers } from "../concurrency/observers.js";
import type { Scheduler } from "../concurrency/scheduler.js";
import type { StuckWatch } from "../concurrency/stuck-watch.js";
import type { AnswerWatch } from "../dispatch/answer-watch.js";
import type { ContainerDispatcher } from "../dispatch/container-dispatcher.js";
import type { RouterHost } from "../router/composition/router-host.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletError } from "../errors/servlet-error.js";
import type { RegistrarTable } from "../registrar/registrar-table.js";
import { ServerExchange } from "../message/server-exchange.js";
import { formatHandlerTable } from "../model/format-handler-table.js";
import type { ContainerLoad, ContainerState } from "../operations/metrics/observed-container.js";
import type { Operations } from "../operations/operations.js";
import type { ContainerObserver } from "../spi/container-observer.js";
import type { HttpBridge } from "../spi/http-bridge.js";
import type { SessionSnapshot } from "../spi/session-snapshot.js";
import type { SessionTable } from "../session/session-table.js";
import type { ContainerApplication } from "./container-options.js";
import type { Deployer } from "./deployer.js";
import { routerOf, type RouterInput } from "./router-input.js";
import type { SessionPersistence } from "./session-persistence.js";
import { SipContainer, type ContainerCounts } from "./sip-container.js";

/** What tells how much it holds, beside sessions and transactions. */
export interface ContainerGauges {
  readonly watch: AnswerWatch;
  readonly stuckWatch: StuckWatch;
  readonly scheduler: Scheduler;
  readonly registrars: RegistrarTable;
}

/** What a container consists of; `bootstrap` puts it together. */
export interface SipContainerParts {
  readonly stack: SipStack;
  readonly sessions: SessionTable;
  readonly dispatcher: ContainerDispatcher;
  /** What has timers of its own and stops with the container. */
  readonly watches: readonly { close(): void }[];
  readonly gauges: ContainerGauges;
  readonly deployer: Deployer;
  readonly host: RouterHost;
  readonly observers: Observers;
  readonly http: HttpBridge | undefined;
  readonly operations: Operations | undefined;
  /** Keeps sessions in a store, where there is one. */
  readonly persistence: Pick<SessionPersistence, "release"> | undefined;
  /** What closing waits for, and how long. */
  readonly drain: "setup" | "calls";
  readonly drainTimeout: number;
}

const pollInterval = 20;

/** The container that `bootstrap` starts; programs know it as `SipContainer`. */
export class RunningSipContainer extends SipContainer {
  readonly #parts: SipContainerParts;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #state: ContainerState = "starting";

  constructor(parts: SipContainerParts) {
    super();
    this.#parts = parts;
  }

  get applicationNames(): readonly string[] {
    return this.#parts.deployer.deployments.map(({ application }) => application.name);
  }

  get listenPoints(): readonly string[] {
    return this.#parts.stack.transport.transports.map(
      ({ protocol, local }) => `${protocol}:${formatHost(local.address)}:${local.port}`,
    );
  }

  get outboundInterfaces(): readonly SipUri[] {
    return this.#parts.stack.transport.transports.map(interfaceUri);
  }

  get httpUrl(): URL | undefined {
    return this.#parts.http?.url;
  }

  get operationsUrl(): URL | undefined {
    return this.#parts.operations?.url;
  }

  get state(): ContainerState {
    return this.#state;
  }

  /** Its ports are open and its applications told: it takes calls. */
  start(): void {
    this.#state = "ready";
  }

  get load(): ContainerLoad {
    const { sessions, stack } = this.#parts;
    const queues = sessions.applicationSessions().map(({ queue }) => queue);
    const connections: Record<string, number> = {};
    for (const { isReliable, protocol } of stack.transport.transports) if (isReliable) connections[protocol] = 0;
    for (const { transport } of stack.transport.flows.connections()) {
      connections[transport.protocol] = (connections[transport.protocol] ?? 0) + 1;
    }
    return {
      queuedWork: queues.reduce((sum, { length }) => sum + length, 0),
      busyQueues: queues.filter(({ isBusy }) => isBusy).length,
      connections,
    };
  }

  get handlerTable(): string {
    return formatHandlerTable(this.#parts.deployer.deployments.map(({ application }) => application.model));
  }

  async deploy(application: ContainerApplication): Promise<void> {
    const { deployer, host } = this.#parts;
    const deployed = await deployer.deploy([application]);
    host.deployed(deployed.map((each) => each.application.name));
    await deployer.announce(deployed);
  }

  async undeploy(name: string): Promise<void> {
    const { deployer, host } = this.#parts;
    const isDeployed = this.applicationNames.includes(name);
    const ended = deployer.undeploy(name);
    if (isDeployed) host.undeployed([name]);
    await ended;
  }

  async setRouter(router: RouterInput | undefined): Promise<void> {
    await this.#parts.host.use(routerOf(router, {}));
  }

  bean<T>(applicationName: string, token: BeanToken<T> | (abstract new (...parameters: never[]) => T)): T {
    const { deployments } = this.#parts.deployer;
    const deployment = deployments.find(({ application }) => application.name === applicationName);
    if (deployment === undefined) throw new ServletError("servlet.application", { detail: `"${applicationName}"` });
    return deployment.injector.get(token as BeanToken<T>);
  }

  async passivateSession(applicationSessionId: string): Promise<SessionSnapshot> {
    const { deployer, sessions } = this.#parts;
    const session = sessions.findById(applicationSessionId);
    const deployment = deployer.deployments.find(({ application }) => application === session?.application);
    if (session !== undefined && deployment !== undefined) return deployment.mover.passivate(session);
    throw new IllegalStateError("state.invalid-application-session", {
      detail: `there is no application session ${applicationSessionId} here`,
    });
  }

  activateSession(snapshot: SessionSnapshot): SipApplicationSession {
    const { applicationName } = snapshot;
    const deployment = this.#parts.deployer.deployments.find(({ application }) => application.name === applicationName);
    if (deployment === undefined) throw new ServletError("servlet.application", { detail: `"${applicationName}"` });
    return deployment.mover.activate(snapshot);
  }

  get counts(): ContainerCounts {
    const { sessions, stack, gauges } = this.#parts;
    const { applicationSessions, dialogs, keys } = sessions.count;
    const { client, server } = stack.transactions.count;
    const { addresses, flows } = gauges.registrars.count;
    return {
      applicationSessions,
      applicationKeys: keys,
      dialogs,
      clientTransactions: client,
      serverTransactions: server,
      mergeableRequests: stack.transactions.mergedRequests.size,
      timers: gauges.scheduler.length,
      unansweredRequests: gauges.watch.size,
      pendingInvocations: gauges.stuckWatch.size,
      connections: stack.transport.flows.size,
      registeredAddresses: addresses,
      registeredFlows: flows,
    };
  }

  observe(observer: ContainerObserver): () => void {
    return this.#parts.observers.add(observer);
  }

  addTap(tap: TransportTap): () => void {
    return this.#parts.stack.transport.addTap(tap);
  }

  getApplicationSessions(applicationName?: string): readonly SipApplicationSession[] {
    return this.#parts.sessions.applicationSessions(applicationName);
  }

  drain(): Promise<void> {
    this.#parts.dispatcher.isDraining = true;
    if (this.#state !== "closed") this.#state = "draining";
    return (this.#draining ??= this.#drain());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { stack, watches, deployer, host, http, operations, persistence } = this.#parts;
    await this.drain();
    this.#refuseOpen();
    await http?.close();
    for (const watch of watches) watch.close();
    await host.close();
    await persistence?.release();
    await deployer.close();
    await stack.close();
    await operations?.close();
    this.#state = "closed";
  }

  /** Waits until nothing is being set up, or until every call has ended; what is left is told. */
  #drain(): Promise<void> {
    const { clock } = this.#parts.stack;
    const deadline = clock.monotonic() + this.#parts.drainTimeout;
    return new Promise((resolve) => {
      const look = (): void => {
        const { openRequests, calls } = this.#left();
        const isDrained = openRequests === 0 && (this.#parts.drain === "setup" || calls === 0);
        if (!isDrained && clock.monotonic() < deadline) return void clock.setTimeout(look, pollInterval, undefined);
        if (calls > 0) this.#parts.stack.log.warn({ openRequests, calls }, "the container closes on calls that go on");
        resolve();
      };
      look();
    });
  }

  /** What closing would cut off. */
  #left(): { readonly openRequests: number; readonly calls: number } {
    return { openRequests: this.#openExchanges().length, calls: this.#parts.sessions.count.dialogs };
  }

  /** Requests without final answer, and 2xx without ACK. */
  #openExchanges(): ServerExchange[] {
    const sessions = this.#parts.sessions.applicationSessions().flatMap((each) => each.children);
    return sessions.flatMap((session) => session.ongoing).filter((each) => each instanceof ServerExchange);
  }

  #refuseOpen(): void {
    for (const exchange of this.#openExchanges()) {
      if (!exchange.isOpen) continue;
      try {
        void exchange.servletRequest.createResponse(503).send();
      } catch (error) {
        this.#parts.stack.log.warn({ error }, "an open request could not be refused");
      }
    }
  }
}

function interfaceUri(transport: Transport): ContainerSipUri {
  const { host, port } = reachableAddress(transport, { address: "192.0.2.1", port: 5060 });
  const parameter = transport.protocol === "udp" ? "" : `;transport=${transport.protocol}`;
  return createUri(`sip:${formatHost(host)}:${port}${parameter}`) as ContainerSipUri;
}
