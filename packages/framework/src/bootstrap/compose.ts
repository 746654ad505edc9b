import type { SipStack } from "@siplet/core";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import type { InternalRoutes } from "../message/internal-routes.js";
import { ApplicationChains } from "../router/composition/application-chains.js";
import { ApplicationSelector } from "../router/composition/application-selector.js";
import { RouteState } from "../router/composition/route-state.js";
import { RouterHost } from "../router/composition/router-host.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { routerProperties } from "./router-input.js";

/** What composition is made of. */
export interface CompositionParts {
  readonly stack: SipStack;
  readonly routes: InternalRoutes;
  readonly registry: SessionRegistry;
  readonly secret: string | Uint8Array;
  readonly applications: readonly DeployedApplication[];
}

/** The composition of applications, and the router that decides in it (JSR 289 §15). */
export interface Composition {
  readonly chains: ApplicationChains;
  readonly host: RouterHost;
}

/** Puts the parts of composition together; a router comes later, or never. */
export function compose({ stack, routes, registry, secret, applications }: CompositionParts): Composition {
  const { transport, log } = stack;
  const applicationNames = (): readonly string[] => applications.map(({ name }) => name);
  const host = new RouterHost({ log, properties: routerProperties(), applicationNames });
  const routeState = new RouteState(secret);
  const isDeployed = (name: string): boolean => applications.some((each) => each.name === name);
  const selector = new ApplicationSelector({ transport, log, routeState, isDeployed });
  return { host, chains: new ApplicationChains({ host, selector, routes, registry, routeState, transport }) };
}
