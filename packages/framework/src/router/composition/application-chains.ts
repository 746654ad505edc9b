import {
  popOwnRoutes,
  pushRoutes,
  RequestBuilder,
  type Connection,
  type DeferredRequestRouter,
  type NameAddress,
  type RequestRejection,
  type RequestRoute,
  type SipRequest,
  type TransportLayer,
  type Uri,
} from "@siplet/core";
import type { ChainContext, ChainStep } from "../../message/chain-context.js";
import type { ApplicationRoutes } from "../../message/application-routes.js";
import type { InternalRoutes } from "../../message/internal-routes.js";
import type { SessionRegistry } from "../../session/session-registry.js";
import type { RoutingState, SipApplicationRouter } from "../../spi/sip-application-router.js";
import type { ApplicationSelector, SelectionVerdict } from "./application-selector.js";
import type { ReturnedState, RouteState } from "./route-state.js";
import type { RouterHost } from "./router-host.js";
import { findSessionTarget, targetedInfo, type SessionTarget } from "./session-target.js";

/** What composition needs of the container. */
export interface ApplicationChainsParts {
  readonly host: RouterHost;
  readonly selector: ApplicationSelector;
  readonly routes: InternalRoutes;
  readonly registry: SessionRegistry;
  readonly routeState: RouteState;
  readonly transport: TransportLayer;
}

/** An initial request from outside, our Routes taken away. */
export interface ArrivedRequest {
  readonly request: SipRequest;
  readonly connection: Connection;
  readonly popped: readonly NameAddress[];
  readonly target: RequestRejection | SessionTarget | undefined;
}

/** A request on its way from one application to the next. */
interface Passing {
  readonly request: SipRequest;
  readonly nextHop: Uri | undefined;
  readonly step: ChainStep;
}

const noRoutes: readonly NameAddress[] = [];

/** Leads initial requests from application to application, by the word of the application router (JSR 289 §15). */
export class ApplicationChains implements ApplicationRoutes {
  readonly #parts: ApplicationChainsParts;

  constructor(parts: ApplicationChainsParts) {
    this.#parts = parts;
  }

  /** Whether a router is asked; without one the first application that matches gets what comes from outside. */
  get isRouted(): boolean {
    return this.#parts.host.router !== undefined;
  }

  /** Where a request from outside goes; undefined without a router. */
  selectFirst(arrived: ArrivedRequest): SelectionVerdict | Promise<SelectionVerdict> | undefined {
    const { router } = this.#parts.host;
    if (router === undefined) return undefined;
    const { target, popped } = arrived;
    const returned = this.#parts.routeState.read(popped[0]);
    const state = stateOf({ directive: "NEW", original: undefined }, target, returned);
    return this.#parts.selector.select({ ...arrived, router, initialPopped: popped[0], state });
  }

  /** Where a request goes whose application has no servlet for it (JSR 289 §11.2.1). */
  selectNext(
    arrived: ArrivedRequest & { readonly initialPopped: NameAddress | undefined },
    verdict: SelectionVerdict,
  ): SelectionVerdict | Promise<SelectionVerdict> {
    const { way, popped } = verdict;
    if (way.kind !== "application") return verdict;
    const { region, stateInfo } = way;
    const targetedRequestInfo = targetedInfo(arrived.target);
    const state: RoutingState = { directive: "CONTINUE", region, stateInfo, targetedRequestInfo };
    return this.#parts.selector.select({ ...arrived, popped, router: way.router as SipApplicationRouter, state });
  }

  routeOf(step: ChainStep): DeferredRequestRouter {
    return (request, nextHop) => this.#route({ request, nextHop, step });
  }

  #route(passing: Passing): RequestRoute | undefined | Promise<RequestRoute | undefined> {
    const { host, routes } = this.#parts;
    const { request, nextHop, step } = passing;
    const { original } = step;
    const router = (original?.selection?.router as SipApplicationRouter | undefined) ?? host.router;
    if (router === undefined) {
      return routes.find(request, nextHop, { origin: original?.origin, context: contextOf(step) });
    }
    const verdict = this.#ask(passing, router);
    if (verdict.answer instanceof Promise) return verdict.answer.then((each) => this.#lead(each, verdict, passing));
    return this.#lead(verdict.answer, verdict, passing);
  }

  #ask({ request, step }: Passing, router: SipApplicationRouter): Asked {
    const { transport, selector, registry, routes, routeState } = this.#parts;
    const { original } = step;
    const routed = popOwnRoutes(request, transport);
    const popped = routed.popped.length > 0 ? routed.popped : (original?.chain.popped ?? noRoutes);
    const initialPopped = original === undefined ? popped[0] : original.chain.initialPopped;
    const origin = original?.origin;
    const target = findSessionTarget(routed.request, routed.popped, registry);
    const state = stateOf(step, target, routeState.read(routed.popped[0]));
    const connection = routes.connect({ origin });
    const question = { router, request: routed.request, connection, popped, initialPopped, state };
    return { request: routed.request, origin, initialPopped, answer: selector.select(question) };
  }

  /** Into the next application, out of the container, or to where it is refused. */
  #lead({ way, popped }: SelectionVerdict, asked: Asked, { nextHop, step }: Passing): RequestRoute {
    const { routes } = this.#parts;
    const { request, origin, initialPopped } = asked;
    const context: ChainContext = { popped, initialPopped, caller: step.caller };
    if (way.kind !== "external") {
      return { request, connection: routes.connect({ origin, context: { ...context, selection: way } }) };
    }
    const leaving = way.routes.length === 0 ? request : withRoutes(request, way.routes);
    return { request: leaving, ...routes.find(leaving, nextHop, { origin, context }) };
  }
}

/** What a request takes along that no router was asked about. */
function contextOf({ original, caller }: ChainStep): ChainContext | undefined {
  if (caller === undefined) return original?.chain;
  return { popped: noRoutes, initialPopped: undefined, ...original?.chain, caller };
}

/** A question that was put, and what it was about. */
interface Asked {
  readonly request: SipRequest;
  readonly origin: Connection | undefined;
  readonly initialPopped: NameAddress | undefined;
  readonly answer: SelectionVerdict | Promise<SelectionVerdict>;
}

/** What the router is told (JSR 289 §15.4.1): a request that follows none, or begins anew, has neither region nor state. */
function stateOf(
  { directive, original }: ChainStep,
  target: RequestRejection | SessionTarget | undefined,
  returned: ReturnedState | undefined,
): RoutingState {
  const { region, stateInfo } = original?.selection ?? {};
  const targetedRequestInfo = targetedInfo(target);
  return { directive, region, targetedRequestInfo, stateInfo: returned === undefined ? stateInfo : returned.stateInfo };
}

/** A copy with Routes in front of those it has. */
export function withRoutes(request: SipRequest, routes: readonly string[]): SipRequest {
  const builder = RequestBuilder.from(request);
  pushRoutes(builder, routes);
  return builder.build();
}
