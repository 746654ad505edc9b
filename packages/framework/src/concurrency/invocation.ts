import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What runs while application code runs: one handler, listener, timer or task. `@SipInvocationScoped` beans live as long.
 * JSR 359, contexts
 */
export class Invocation<Context extends object = object> {
  /** The SipApplicationSession whose queue this invocation holds; undefined where none is current. */
  readonly context: Context | undefined;
  /** What is running, for messages: `Calls.onInvite`. */
  readonly description: string;
  #beans: Map<unknown, unknown> | undefined;
  #pending: PromiseLike<unknown>[] | undefined;

  constructor(context: Context | undefined, description: string) {
    this.context = context;
    this.description = description;
  }

  /** Beans of this invocation by their token. */
  get beans(): Map<unknown, unknown> {
    return (this.#beans ??= new Map());
  }

  /** Something asynchronous that belongs to this invocation: the queue of its session stays closed until it settles. */
  include(pending: PromiseLike<unknown>): void {
    (this.#pending ??= []).push(pending);
  }

  /** Resolves once all that was included has settled; undefined when nothing was. */
  settled(): Promise<void> | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    this.#pending = undefined;
    return Promise.allSettled(pending).then(() => this.settled());
  }

  /** Beans made so far; undefined when there are none. */
  get existingBeans(): ReadonlyMap<unknown, unknown> | undefined {
    return this.#beans;
  }
}

const storage = new AsyncLocalStorage<Invocation>();
let synchronous: Invocation | undefined;

/** The invocation that runs now, also behind an `await` of it when it was entered with `enterInvocation`. */
export function currentInvocation(): Invocation | undefined {
  return synchronous ?? storage.getStore();
}

/**
 * Runs work as part of an invocation. Where nothing in the application looks at the context after an `await`
 * (`followsAwait` false), a variable does and the cost of an asynchronous context is spared.
 */
export function enterInvocation<T>(invocation: Invocation, followsAwait: boolean, work: () => T): T {
  const outer = synchronous;
  synchronous = invocation;
  try {
    return followsAwait ? storage.run(invocation, work) : work();
  } finally {
    synchronous = outer;
  }
}
