import type { Flow } from "../api/flow.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { requireActive, type ContainerFlow } from "../message/container-flow.js";
import { findOutbound } from "../message/outbound-transport.js";
import type { Signalling } from "../message/signalling.js";
import type { Transport } from "@siplet/core";
import { OwnRouteUri } from "./own-route-uri.js";

/** The longest time that a timer can measure, in seconds: 24 days. */
const longestTimeout = 2_147_483;

/**
 * What may be said for a proxy, and for each of its branches: a branch begins with a copy of its proxy's, and both change by
 * themselves afterwards. JSR 289 §10.2
 */
export class BranchSettings {
  recurse = true;
  recordRoute = false;
  addToPath = false;
  readonly #signalling: Signalling;
  #timeout: number;
  #outbound: Transport | undefined;
  #flow: ContainerFlow | undefined;
  #recordRouteUri: OwnRouteUri | undefined;
  #pathUri: OwnRouteUri | undefined;

  /** @param timeout in seconds */
  constructor(signalling: Signalling, timeout: number) {
    this.#signalling = signalling;
    this.#timeout = timeout;
  }

  /** A copy for a branch. */
  copy(): BranchSettings {
    const copy = new BranchSettings(this.#signalling, this.#timeout);
    copy.recurse = this.recurse;
    copy.recordRoute = this.recordRoute;
    copy.addToPath = this.addToPath;
    copy.#outbound = this.#outbound;
    copy.#flow = this.#flow;
    copy.#recordRouteUri = this.#recordRouteUri?.copy();
    copy.#pathUri = this.#pathUri?.copy();
    return copy;
  }

  /** Seconds. */
  get timeout(): number {
    return this.#timeout;
  }

  /** @throws IllegalArgumentError when it is not above 0, no number, or above `limit` */
  setTimeout(seconds: number, limit = longestTimeout): void {
    if (!(seconds > 0) || seconds > limit) {
      throw new IllegalArgumentError("argument.invalid", {
        detail: `a timeout of ${seconds} s is not above 0 and up to ${limit} s`,
      });
    }
    this.#timeout = seconds;
  }

  /** The listener to leave from; undefined: the one that fits. */
  get outbound(): Transport | undefined {
    return this.#outbound;
  }

  /** @throws IllegalArgumentError when it is none of the container's interfaces */
  setOutbound(outboundInterface: OutboundInterface): void {
    this.#outbound = findOutbound(this.#signalling.transport.transports, outboundInterface);
  }

  /** The flow that the application chose. */
  get flow(): ContainerFlow | undefined {
    return this.#flow;
  }

  /** @throws IllegalStateError `state.flow` when it has ended */
  setFlow(flow: Flow | undefined): void {
    this.#flow = requireActive(flow);
  }

  /** @throws IllegalStateError unless `recordRoute` is set */
  getRecordRouteUri(text: string): OwnRouteUri {
    if (!this.recordRoute) throw new IllegalStateError("state.proxy", { detail: "set recordRoute first" });
    return (this.#recordRouteUri ??= new OwnRouteUri(text, false));
  }

  /** @throws IllegalStateError unless `addToPath` is set */
  getPathUri(text: string): OwnRouteUri {
    if (!this.addToPath) throw new IllegalStateError("state.proxy", { detail: "set addToPath first" });
    return (this.#pathUri ??= new OwnRouteUri(text, true));
  }

  /** What was added to Record-Route; undefined when nobody asked for the URI. */
  get recordRouteUri(): OwnRouteUri | undefined {
    return this.#recordRouteUri;
  }

  /** What was added to Path. */
  get pathUri(): OwnRouteUri | undefined {
    return this.#pathUri;
  }
}
