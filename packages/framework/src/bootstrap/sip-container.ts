import { formatHost, reachableAddress, type SipStack, type Transport } from "@siplet/core";
import { createUri } from "../address/uris.js";
import { ContainerSipUri } from "../address/container-sip-uri.js";
import type { SipUri } from "../api/sip-uri.js";
import type { ContainerDispatcher } from "../dispatch/container-dispatcher.js";
import type { AnswerWatch } from "../dispatch/answer-watch.js";
import { ServerExchange } from "../message/server-exchange.js";
import { formatHandlerTable } from "../model/format-handler-table.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import type { SessionTable } from "../session/session-table.js";
import type { Deployment } from "./deploy.js";

/** What a container consists of; `bootstrap` puts it together. */
export interface SipContainerParts {
  readonly stack: SipStack;
  readonly sessions: SessionTable;
  readonly dispatcher: ContainerDispatcher;
  readonly watch: AnswerWatch;
  readonly deployments: readonly Deployment[];
  readonly drainTimeout: number;
}

/** How many of each there are now. */
export interface ContainerCounts {
  readonly applicationSessions: number;
  readonly dialogs: number;
  readonly clientTransactions: number;
  readonly serverTransactions: number;
}

const pollInterval = 20;

/** A running container. */
export class SipContainer {
  readonly #parts: SipContainerParts;
  #closing: Promise<void> | undefined;

  constructor(parts: SipContainerParts) {
    this.#parts = parts;
  }

  /** Names of the applications, in the order they are asked. */
  get applicationNames(): readonly string[] {
    return this.#parts.deployments.map(({ application }) => application.name);
  }

  /** Where the container listens: `udp:127.0.0.1:5060`. */
  get listenPoints(): readonly string[] {
    return this.#parts.stack.transport.transports.map(({ protocol, local }) => `${protocol}:${formatHost(local.address)}:${local.port}`);
  }

  /** A SIP URI for each listen point, as peers outside this machine reach it. */
  get outboundInterfaces(): readonly SipUri[] {
    return this.#parts.stack.transport.transports.map(interfaceUri);
  }

  /** All handlers as an aligned table. */
  get handlerTable(): string {
    return formatHandlerTable(this.#parts.deployments.map(({ application }) => application.model));
  }

  get counts(): ContainerCounts {
    const { sessions, stack } = this.#parts;
    const { applicationSessions, dialogs } = sessions.count;
    const { client, server } = stack.transactions.count;
    return { applicationSessions, dialogs, clientTransactions: client, serverTransactions: server };
  }

  /**
   * Ends the container: new calls are refused with 503, calls being set up may finish within the drain timeout and are
   * then refused, servlets and beans are destroyed, listeners closed. Calling it again gives the same promise.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { dispatcher, stack, watch, deployments, sessions } = this.#parts;
    dispatcher.isDraining = true;
    await this.#drain();
    this.#refuseOpen();
    watch.close();
    for (const session of sessions.applicationSessions()) if (session.isValid) session.invalidate();
    for (const { application, injector } of deployments) {
      for (const { name } of application.model.servlets) {
        const instance = application.instance(name);
        if (instance instanceof SipServletBase) await instance.destroy();
      }
      injector.close();
    }
    await stack.close();
  }

  /** Waits until nothing is being set up. */
  #drain(): Promise<void> {
    const { clock } = this.#parts.stack;
    const deadline = clock.monotonic() + this.#parts.drainTimeout;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#openExchanges().length === 0 || clock.monotonic() >= deadline) resolve();
        else clock.setTimeout(look, pollInterval, undefined);
      };
      look();
    });
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
