import { AsyncLocalStorage } from "node:async_hooks";
import type { SessionQueue } from "./session-queue.js";

/** Whose code runs: an application session, seen from below. */
export interface InvocationOwner {
  readonly id: string;
  readonly queue: SessionQueue;
  /** Called when an invocation ends: what is ready to be invalidated goes. A promise when a listener makes it wait. */
  settle(): void | PromiseLike<void>;
}

/**
 * What runs while application code runs: one handler, listener, timer or task. `@SipInvocationScoped` beans live as long.
 * JSR 359, contexts
 */
export class Invocation<Owner extends InvocationOwner = InvocationOwner> {
  /** The SipApplicationSession whose queue this invocation holds; undefined where none is current. */
  readonly context: Owner | undefined;
  /** What is running, for messages: `Calls.onInvite`. */
  readonly description: string;
  #beans: Map<unknown, unknown> | undefined;
  #pending: PromiseLike<unknown>[] | undefined;
  #isOver = false;

  constructor(context: Owner | undefined, description: string) {
    this.context = context;
    this.description = description;
  }

  /** Whether it has ended: what it left behind is not part of it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Beans of this invocation by their token. */
  get beans(): Map<unknown, unknown> {
    return (this.#beans ??= new Map());
  }

  /** Beans made so far; undefined when there are none. */
  get existingBeans(): ReadonlyMap<unknown, unknown> | undefined {
    return this.#beans;
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

  /** It has returned and everything that belongs to it has settled. */
  end(): void {
    this.#isOver = true;
  }
}

const storage = new AsyncLocalStorage<Invocation>();
let synchronous: Invocation | undefined;

/** The invocation that runs now, also behind an `await` of it when it was entered with `followsAwait`. */
export function currentInvocation(): Invocation | undefined {
  const current = enteredInvocation();
  return current?.isOver === true ? undefined : current;
}

/** As `currentInvocation`, also when it is over: code that it left behind still runs. For messages. */
export function enteredInvocation(): Invocation | undefined {
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
