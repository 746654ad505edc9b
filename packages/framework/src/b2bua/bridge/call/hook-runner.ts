import type { Logger } from "@siplet/core";
import type { Bridge, BridgeHooks } from "../../../api/bridge.js";
import { isThenable } from "../../../concurrency/invocation-host.js";

type HookName = keyof BridgeHooks;
type Hook<Name extends HookName> = Required<BridgeHooks>[Name];
type Details<Name extends HookName> = Parameters<Hook<Name>> extends [Bridge, ...infer Rest] ? Rest : never;
type Result<Name extends HookName> = Awaited<ReturnType<Hook<Name>>> | undefined;

/** Runs the code of an application at the steps of a bridge. What throws is logged under its name; the bridge goes on. */
export class HookRunner {
  readonly #hooks: BridgeHooks | undefined;
  readonly #bridge: Bridge;
  readonly #log: Logger;

  constructor(hooks: BridgeHooks | undefined, bridge: Bridge, log: Logger) {
    this.#hooks = hooks;
    this.#bridge = bridge;
    this.#log = log;
  }

  /** Runs a hook, and `proceed` with what it gave; a promise only where the hook takes time. */
  run<Name extends HookName>(name: Name, details: Details<Name>, proceed: (result: Result<Name>) => unknown): unknown {
    const result = this.#call(name, details);
    if (!isThenable(result)) return proceed(result as Result<Name>);
    const settled = Promise.resolve(result as PromiseLike<Result<Name>>).catch((error: unknown) =>
      this.#fail(name, error),
    );
    return settled.then((value) => proceed(value as Result<Name>));
  }

  #call(name: HookName, details: readonly unknown[]): unknown {
    const hooks = this.#hooks;
    const hook = hooks?.[name] as ((...parameters: unknown[]) => unknown) | undefined;
    if (hook === undefined) return undefined;
    try {
      return hook.call(hooks, this.#bridge, ...details);
    } catch (error) {
      return this.#fail(name, error);
    }
  }

  #fail(name: HookName, error: unknown): undefined {
    this.#log.error(
      { error, handler: `${this.#hooks?.constructor.name}.${name}`, bridge: this.#bridge.id },
      "a hook of a bridge failed; the bridge goes on without it",
    );
    return undefined;
  }
}
