import type { NameAddress, RoutedRequest, SipUri as EngineSipUri, TransportLayer } from "@siplet/core";
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
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ChainContext } from "./chain-context.js";
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
export abstract class RoutedServletRequest extends RequestHead {
  readonly #route: RouteParts;
  #directive: SipApplicationRoutingDirective = "NEW";

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

  /** What the next application of this container shall know, once the request goes there. */
  get chain(): ChainContext {
    const { popped = noRoutes, chain } = this.#route;
    if (chain === undefined) return { popped, initialPopped: popped[0] };
    return popped.length === 0 ? chain : { ...chain, popped };
  }

  /** The request as the application left it, and our Routes that were taken away: what a proxy forwards. */
  get routed(): RoutedRequest {
    return { request: this.state.request(), popped: this.#route.popped ?? noRoutes };
  }

  getRegion(): SipApplicationRoutingRegion {
    this.#requireInitial("getRegion");
    return NEUTRAL_REGION;
  }

  getSubscriberUri(): Uri | undefined {
    this.#requireInitial("getSubscriberUri");
    return undefined;
  }

  getRoutingDirective(): SipApplicationRoutingDirective {
    this.#requireInitial("getRoutingDirective");
    return this.#directive;
  }

  setRoutingDirective(directive: SipApplicationRoutingDirective, originalRequest?: SipServletRequest): void {
    checkDirective(directive, this.isInitial && this.isUnsent, originalRequest);
    this.#directive = directive;
  }

  #requireInitial(what: string): void {
    if (this.isInitial) return;
    throw new IllegalStateError("state.not-initial", { detail: `${what} on a ${this.method} that is not initial` });
  }
}

function addressOfRoute(route: NameAddress | undefined): Address | undefined {
  return route && new ContainerAddress(route, systemValue);
}
