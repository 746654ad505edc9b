import { ServletError } from "../errors/servlet-error.js";

/**
 * An object that stands for another one, found anew at each use: what is injected for a bean whose instance depends on the
 * running invocation (JSR 359, contexts). Methods run on the instance itself, so private fields work.
 */
export function contextualReference<T extends object>(prototype: object, find: () => T): T {
  const handler: ProxyHandler<T> = {
    get: (_target, name) => (isProbe(prototype, name) ? undefined : boundTo(find(), name)),
    set: (_target, name, value) => Reflect.set(find(), name, value),
    has: (_target, name) => Reflect.has(find(), name),
    deleteProperty: (_target, name) => Reflect.deleteProperty(find(), name),
    ownKeys: () => Reflect.ownKeys(find()),
    getOwnPropertyDescriptor: (_target, name) => configurable(Reflect.getOwnPropertyDescriptor(find(), name)),
    defineProperty: (_target, name, descriptor) => Reflect.defineProperty(find(), name, descriptor),
    getPrototypeOf: () => prototype,
  };
  return new Proxy(Object.create(prototype) as T, handler);
}

/** What promises and printers look for on any object must not need a running session. */
function isProbe(prototype: object, name: string | symbol): boolean {
  return (name === "then" || typeof name === "symbol") && !(name in prototype);
}

function boundTo(instance: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(instance, name);
  return typeof value === "function" && name !== "constructor" ? (value.bind(instance) as unknown) : value;
}

/** A proxy may not report a fixed property that its own target lacks. */
function configurable(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
}

/** The error of a bean that is used where its scope is not active. */
export function scopeError(bean: string, scope: string, running: string): ServletError {
  return new ServletError("servlet.scope", {
    detail:
      `${bean} is ${scope}, but ${running} has none. Use it in a handler, listener, timer or task of an application ` +
      "session, or run the work with ManagedSipExecutorService and an applicationSessionId",
  });
}
