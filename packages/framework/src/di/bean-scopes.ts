import type { BeanScope } from "../metadata/class-records.js";

/** The instances of a scope that are alive now, and what is running. */
export interface ActiveScope {
  /** Instances by class; undefined where the scope is not active. */
  readonly beans: Map<unknown, unknown> | undefined;
  /** What runs, for errors: `Calls.onInvite`, or "nothing of the container". */
  readonly running: string;
}

/** Finds the instances of the running invocation. */
export interface BeanScopes {
  active(scope: BeanScope): ActiveScope;
}

/** How a scope is called in source code. */
export const scopeDecorators: Readonly<Record<BeanScope, string>> = {
  applicationSession: "@SipApplicationSessionScoped",
  invocation: "@SipInvocationScoped",
};
