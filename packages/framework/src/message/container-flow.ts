import { formatHost, type Connection, type Endpoint } from "@siplet/core";
import type { ContainerSipUri } from "../address/container-sip-uri.js";
import { createUri } from "../address/uris.js";
import { Flow } from "../api/flow.js";
import type { SipUri } from "../api/sip-uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ApplicationContext } from "../session/application-context.js";

/** What a flow needs of the one who writes tokens. */
export interface FlowNames {
  create(connection: Connection): string;
}

/** A connection, or a pair of UDP addresses, as applications see it. JSR 359, RFC 5626 §3.1 */
export class ContainerFlow extends Flow {
  readonly connection: Connection;
  /** The applications that hold it: their listeners hear of its end. */
  readonly holders = new Set<ApplicationContext>();
  readonly #names: FlowNames;
  #hasFailed = false;

  constructor(connection: Connection, names: FlowNames) {
    super();
    this.connection = connection;
    this.#names = names;
  }

  get token(): string {
    return this.#names.create(this.connection);
  }

  get localUri(): SipUri {
    return this.#uriOf(this.connection.local);
  }

  get remoteUri(): SipUri {
    return this.#uriOf(this.connection.remote);
  }

  get isActive(): boolean {
    return !this.#hasFailed && this.connection.isOpen;
  }

  /** It ended, for good. Tells whether that is news. */
  fail(): boolean {
    const isNews = !this.#hasFailed;
    this.#hasFailed = true;
    return isNews;
  }

  #uriOf({ address, port }: Endpoint): SipUri {
    const { protocol } = this.connection.transport;
    const transport = protocol === "udp" ? "" : `;transport=${protocol}`;
    return createUri(`sip:${formatHost(address)}:${port}${transport}`) as ContainerSipUri;
  }
}

/**
 * The flow an application gives for what it will send.
 * @throws IllegalStateError `state.flow` when it has ended; IllegalArgumentError when it is none of this container
 */
export function requireActive(flow: Flow | undefined): ContainerFlow | undefined {
  if (flow === undefined || flow === null) return undefined;
  if (!(flow instanceof ContainerFlow)) {
    throw new IllegalArgumentError("argument.invalid", {
      detail: "the flow was made elsewhere; take that of a session, a proxy or SipServletContext.getFlow",
    });
  }
  if (flow.isActive) return flow;
  throw new IllegalStateError("state.flow", { detail: `to ${flow.remoteUri.toString()}; wait for a new registration` });
}
