import { SipContextService, type ContextualProxy } from "../api/sip-context-service.js";
import type { TaskOptions } from "../api/task-options.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { TaskOwnerLookup } from "./container-executor-service.js";
import { ContainerTaskFuture, type TaskHost, type TaskOwner } from "./container-task-future.js";
import { currentInvocation } from "./invocation.js";
import { immediatePlan } from "./task-plan.js";

type Call = (...parameters: readonly unknown[]) => unknown;

/** Makes contextual proxies (JSR 236 `ContextService`, JSR 359). */
export class ContainerSipContextService extends SipContextService {
  readonly #host: TaskHost;
  readonly #ownerOf: TaskOwnerLookup;
  #count = 0;

  constructor(host: TaskHost, ownerOf: TaskOwnerLookup) {
    super();
    this.#host = host;
    this.#ownerOf = ownerOf;
  }

  createContextualProxy<T extends object>(target: T, options: TaskOptions = {}): ContextualProxy<T> {
    if ((typeof target !== "object" && typeof target !== "function") || target === null) {
      throw new IllegalArgumentError("argument.missing", {
        detail: `a proxy stands for an object, not ${String(target)}`,
      });
    }
    const owner = this.#ownerOf(options);
    const handler: ProxyHandler<T> = {
      apply: (_target, self: unknown, parameters: readonly unknown[]) =>
        this.#call(owner, nameOf(target), () => (target as Call).apply(self, [...parameters])),
      get: (_target, name) => this.#member(owner, target, name),
    };
    // A proxy answers like its target in type only: the handler makes every call asynchronous.
    const proxy: unknown = new Proxy(target, handler);
    return proxy as ContextualProxy<T>;
  }

  #member(owner: TaskOwner, target: object, name: string | symbol): unknown {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== "function" || name === "constructor") return undefined;
    const label = `${nameOf(target)}.${String(name)}`;
    return (...parameters: readonly unknown[]) =>
      this.#call(owner, label, () => (member as Call).apply(target, [...parameters]));
  }

  /** Inside an invocation of that session at once, as a lock that one holds is entered again; else in its queue. */
  #call(owner: TaskOwner, label: string, task: () => unknown): PromiseLike<unknown> {
    if (!owner.isValid) {
      return Promise.reject(
        new IllegalStateError("state.invalid-application-session", {
          detail: `${owner.id} was invalidated; ${label} cannot run in it`,
        }),
      );
    }
    if (currentInvocation()?.context === owner) return callNow(task);
    const id = `${label}#${++this.#count}`;
    const future = new ContainerTaskFuture({ id, owner, host: this.#host, task, plan: immediatePlan });
    future.start();
    return future.then((value) => value);
  }
}

async function callNow(task: () => unknown): Promise<unknown> {
  return await task();
}

function nameOf(target: object): string {
  const named = typeof target === "function" ? target : target.constructor;
  return named.name === "" ? "contextual proxy" : named.name;
}
