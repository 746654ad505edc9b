import type { Logger } from "@siplet/core";
import { enterInvocation, Invocation, type InvocationOwner } from "./invocation.js";
import type { Observers } from "./observers.js";
import type { StuckWatch } from "./stuck-watch.js";
import type { ObservedInvocation } from "../spi/container-observer.js";

/** What invocations need of the application whose code they run. */
export interface InvocationHost {
  readonly name: string;
  readonly log: Logger;
  /** Whether code behind an `await` may ask for the current session: beans of a scope, executors. */
  readonly followsAwait: boolean;
  readonly stuckWatch: StuckWatch | undefined;
  readonly observers: Observers;
  /** Ends the beans of an invocation. */
  destroyBeans(beans: ReadonlyMap<unknown, unknown>): void;
}

/**
 * Runs work that is no message: an event, a timer, a task; without `owner` in no application session, where nobody looks
 * on. What it throws is logged. A promise is given back when the work or something that belongs to it takes time.
 */
export function runInvocation(
  host: InvocationHost,
  owner: InvocationOwner | undefined,
  description: string,
  work: () => unknown,
): void | PromiseLike<void> {
  const invocation = new Invocation(owner, description);
  const observed = owner === undefined || host.observers.isEmpty ? undefined : observedOf(host, invocation, owner.id);
  const ended = observed && host.observers.onInvocation(observed);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure = error;
    host.log.error({ error, handler: description }, "application code failed");
  };
  let result: unknown;
  try {
    const run = observed === undefined ? work : () => host.observers.aroundInvocation(observed, work);
    result = enterInvocation(invocation, host.followsAwait, run);
  } catch (error) {
    fail(error);
  }
  if (isThenable(result)) {
    const settled = Promise.resolve(result).catch(fail);
    invocation.include(ended === undefined ? settled : settled.finally(() => ended(failure)));
  } else ended?.(failure);
  return endInvocation(invocation, host);
}

function observedOf({ name }: InvocationHost, { description }: Invocation, id: string): ObservedInvocation {
  return { applicationName: name, applicationSessionId: id, handler: description, message: undefined };
}

/** Ends an invocation once everything that belongs to it has settled: its beans go, then the sessions that are ready. */
export function endInvocation(invocation: Invocation, host: InvocationHost): void | PromiseLike<void> {
  const pending = invocation.settled();
  if (pending === undefined) return finish(invocation, host);
  host.stuckWatch?.begin(invocation);
  return pending.then(() => {
    host.stuckWatch?.end(invocation);
    return finish(invocation, host);
  });
}

function finish(invocation: Invocation, host: InvocationHost): void | PromiseLike<void> {
  invocation.end();
  const beans = invocation.existingBeans;
  if (beans !== undefined) host.destroyBeans(beans);
  return invocation.context?.settle();
}

/** Whether a value is a promise or behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
