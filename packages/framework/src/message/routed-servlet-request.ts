import type { Connection, NameAddress, RoutedRequest, SipUri as EngineSipUri, TransportLayer } from "@siplet/core";
import { ContainerAddress } from "../address/container-address.js";
import { systemValue } from "../address/change-guard.js";
import { uriOf } from "../address/uris.js";
import type { Address } from "../api/address.js";
import {
  NEUTRAL_REGION,
  type SipApplicationRoutingDirective,
  type SipApplicationRoutingRegion,
} from "../api/application-routing.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { Uri } from "../api/uri.js";
import { subscriberOf } from "./subscriber-uri.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import {
  newStep,
  originOf,
  type ApplicationSelection,
  type ChainContext,
  type ChainRequest,
  type ChainStep,
} from "./chain-context.js";
import { RequestHead } from "./request-head.js";
import { checkDirective } from "./request-rules.js";

/** What is known of the way of a request. */
export interface RouteParts {
  readonly transport?: Pick<TransportLayer, "isOwnAddress"> | undefined;
  /** Our own Route values that were taken away, the first one first. */
  readonly popped?: readonly NameAddress[];
  /** Our own Record-Route value that a strict router brought as Request-URI. */
  readonly strict?: EngineSipUri | undefined;
  /** What the application before told, of a request that came from inside this container. */
  readonly chain?: ChainContext | undefined;
}

const noRoutes: readonly NameAddress[] = [];

/** The part of a request that tells of its way through applications and Routes (JSR 289 §15). */
export abstract class RoutedServletRequest extends RequestHead implements ChainRequest {
  readonly #route: RouteParts;
  #selection: ApplicationSelection | undefined;
  #step = newStep;

  constructor(route: RouteParts) {
    super();
    this.#route = route;
  }

  /** Whether it was made here and not sent. */
  protected abstract readonly isUnsent: boolean;

  protected get transportLayer(): RouteParts["transport"] {
    return this.#route.transport;
  }

  protected get strictRoute(): Uri | undefined {
    const { strict } = this.#route;
    return strict && uriOf(strict);
  }

  get poppedRoute(): Address | undefined {
    return addressOfRoute(this.chain.popped[0]);
  }

  get initialPoppedRoute(): Address | undefined {
    return addressOfRoute(this.chain.initialPopped);
  }

  get origin(): Connection | undefined {
    return originOf(this.state.connection);
  }

  get selection(): ApplicationSelection | undefined {
    return this.#selection;
  }

  /** How a request made here goes on. */
  get step(): ChainStep {
    return this.#step;
  }

  /** Takes what the router said of its application. */
  select(selection: ApplicationSelection | undefined): void {
    this.#selection = selection;
  }

  /** What the next application of this container shall know, once the request goes there. */
  get chain(): ChainContext {
    const { popped = noRoutes, chain } = this.#route;
    return { popped: chain?.popped ?? popped, initialPopped: chain === undefined ? popped[0] : chain.initialPopped };
  }

  /** The request as the application left it, and our Routes that were taken away: what a proxy forwards. */
  get routed(): RoutedRequest {
    return { request: this.state.request(), popped: this.#route.popped ?? noRoutes };
  }

  getRegion(): SipApplicationRoutingRegion {
    this.#requireInitial("getRegion");
    return this.#selection?.region ?? NEUTRAL_REGION;
  }

  getSubscriberUri(): Uri | undefined {
    this.#requireInitial("getSubscriberUri");
    return subscriberOf(this.#selection);
  }

  getRoutingDirective(): SipApplicationRoutingDirective {
    this.#requireInitial("getRoutingDirective");
    return this.#step.directive;
  }

  setRoutingDirective(directive: SipApplicationRoutingDirective, originalRequest?: SipServletRequest): void {
    checkDirective(directive, this.isInitial && this.isUnsent, originalRequest);
    const isFollowed = directive !== "NEW" && originalRequest instanceof RoutedServletRequest;
    this.#step = { directive, original: isFollowed ? originalRequest.#asChainRequest() : undefined };
  }

  /** What those that follow it need, without the message: they keep it as long as their sessions live. */
  #asChainRequest(): ChainRequest {
    const { chain, origin, selection } = this;
    return { chain, origin, selection };
  }

  #requireInitial(what: string): void {
    if (this.isInitial) return;
    throw new IllegalStateError("state.not-initial", { detail: `${what} on a ${this.method} that is not initial` });
  }
}

function addressOfRoute(route: NameAddress | undefined): Address | undefined {
  return route && new ContainerAddress(route, systemValue);
}
