import type { DeferredRequestRouter } from "@siplet/core";
import type { ChainStep } from "./chain-context.js";

/** Decides where initial requests of applications go: the application router stands above, so it is a port. */
export interface ApplicationRoutes {
  /** The way of a request that an application makes, or of the branches of one that it proxies. */
  routeOf(step: ChainStep): DeferredRequestRouter;
}
