import { getClassMetadata } from "@inversifyjs/core";
import { Container, type ContainerModule, type Newable, type ServiceIdentifier } from "inversify";
import type { ServletClass } from "../api/servlet-class.js";
import { readScope, type BeanScope } from "../metadata/class-records.js";
import { readLifecycle, type LifecycleMoment } from "../metadata/lifecycle-record.js";
import { ServletError } from "../errors/servlet-error.js";
import { scopeDecorators, type BeanScopes } from "./bean-scopes.js";
import { contextualReference, scopeError } from "./contextual-reference.js";
import { describeMissing } from "./describe-missing.js";

/** Binds beans of an application: inversify's own `bind`. */
export type Bind = Container["bind"];

/** Where a user says what is injected: a function, or a module of inversify. */
export type InjectionSetup = ((bind: Bind) => void) | ContainerModule;

/** A class the injector makes instances of. */
type ComponentClass = Newable<object>;

/** What may be asked for: a class, or a token of one's own. */
export type BeanToken<T = unknown> = ServiceIdentifier<T>;

/** Who hears of what happens in an injector. */
export interface InjectorObserver {
  /** Something was made that looks at the running invocation, perhaps behind an `await`. */
  onContextUse(): void;
  /** A `@preDestroy` method failed. */
  onLifecycleError(error: unknown, bean: string): void;
}

/**
 * The injector of one application. Classes are singletons unless they have a scope; a class that a constructor asks for
 * need not be bound. Instances are initialised by `@postConstruct` and taken down by `@preDestroy`. What the application
 * binds itself stands in front of what the container offers.
 */
export class ApplicationInjector {
  readonly #builtIns = new Container({ defaultScope: "Singleton" });
  readonly #container = new Container({ defaultScope: "Singleton", parent: this.#builtIns });
  readonly #scopes: BeanScopes;
  readonly #observer: InjectorObserver;
  readonly #known = new Set<unknown>();
  readonly #scoped = new Map<string, ComponentClass>();
  readonly #makers = new Map<unknown, symbol>();
  readonly #instances: object[] = [];
  readonly #initializing: Promise<unknown>[] = [];
  readonly #closing: (() => void)[] = [];

  constructor(scopes: BeanScopes, observer: InjectorObserver) {
    this.#scopes = scopes;
    this.#observer = observer;
  }

  /** Offers an object of the container. */
  bindValue<T>(token: BeanToken<T>, value: T): void {
    this.#builtIns.bind(token).toConstantValue(value);
  }

  /** Offers an object of the container whose users look at the running invocation. */
  bindContextual<T>(token: BeanToken<T>, value: T): void {
    this.#offerContextual(this.#builtIns, token, value);
  }

  /** Offers a reference that finds its object at each use: the `SipApplicationSession` of the running invocation. */
  bindReference<T extends object>(token: BeanToken<T>, prototype: object, find: () => T): void {
    this.#offerContextual(this.#builtIns, token, contextualReference(prototype, find));
  }

  /** Takes the bindings of the application; later ones replace earlier ones and those of the container. */
  setUp(setup: InjectionSetup): void {
    if (typeof setup !== "function") {
      this.#container.load(setup);
      return;
    }
    const bind: Bind = (token) => {
      if (this.#container.isCurrentBound(token)) this.#container.unbind(token);
      return this.#container.bind(token);
    };
    setup(bind);
  }

  /** Makes a class and all that it asks for available. */
  register(component: ServletClass): void {
    this.#register(component as ComponentClass);
  }

  /** The bean of a token. @throws ServletError `servlet.injection` naming class, parameter and mend */
  get<T>(token: BeanToken<T> | ServletClass<T & object>): T {
    if (isClass(token)) this.#register(token);
    try {
      return this.#container.get<T>(token as BeanToken<T>);
    } catch (error) {
      throw this.#explain(token, error);
    }
  }

  /** Resolves once every asynchronous `@postConstruct` so far is done. @throws what one of them threw */
  async initialized(): Promise<void> {
    while (this.#initializing.length > 0) await Promise.all(this.#initializing.splice(0));
  }

  /** The class of a bean with a scope, by its name: for what was written down. */
  scopedClass(name: string): ServletClass | undefined {
    return this.#scoped.get(name);
  }

  /** A bean with a scope as its constructor leaves it, without `@postConstruct`: what was written down is put into it. */
  makeScoped(component: ServletClass): object {
    return this.#container.get<object>(this.#makers.get(component) ?? component.name);
  }

  /** What a class got injected: belongs to the container, not to the state of an instance. */
  injectedInto(component: object): ReadonlySet<unknown> {
    const asked = dependencies(component as ComponentClass).map(({ token }) => token as BeanToken);
    return new Set(asked.map((token) => (this.#container.isBound(token) ? this.#container.get(token) : undefined)));
  }

  /** Destroys what a scope holds: `@preDestroy` in the reverse order of creation. */
  destroyBeans(beans: ReadonlyMap<unknown, unknown>): void {
    for (const bean of [...beans.values()].toReversed()) void this.#destroy(bean as object);
  }

  /** Has something done once the singletons are destroyed. */
  atClose(work: () => void): void {
    this.#closing.push(work);
  }

  /** Destroys the singletons of the application, the youngest first. */
  async close(): Promise<void> {
    for (const instance of this.#instances.splice(0).toReversed()) await this.#destroy(instance);
    for (const work of this.#closing.splice(0)) work();
  }

  #register(component: ComponentClass): void {
    if (this.#known.has(component)) return;
    this.#known.add(component);
    const isBound = this.#container.isBound(component);
    const wanted = isBound ? dependenciesOfBound(component) : dependencies(component);
    if (!isBound) this.#bindClass(component);
    for (const { token } of wanted) if (isClass(token)) this.#register(token);
  }

  #bindClass(component: ComponentClass): void {
    const scope = readScope(component);
    if (scope !== undefined) return this.#bindScoped(component, scope);
    this.#container
      .bind(component)
      .toSelf()
      .inSingletonScope()
      .onActivation((_context, instance) => this.#initialize(instance));
  }

  #initialize(instance: object): object {
    this.#instances.push(instance);
    const pending = runLifecycle(instance, "postConstruct");
    if (pending !== undefined) this.#initializing.push(pending);
    return instance;
  }

  #bindScoped(component: ComponentClass, scope: BeanScope): void {
    const maker = Symbol(component.name);
    this.#makers.set(component, maker);
    if (scope === "applicationSession") this.#scoped.set(component.name, component);
    this.#container.bind<object>(maker).to(component).inTransientScope();
    const find = (): object => {
      const { beans, running } = this.#scopes.active(scope);
      if (beans === undefined) throw scopeError(component.name, scopeDecorators[scope], running);
      const existing = beans.get(component);
      if (existing !== undefined) return existing as object;
      const instance = this.#container.get<object>(maker);
      beans.set(component, instance);
      if (runLifecycle(instance, "postConstruct") !== undefined) throw asynchronousScoped(component.name);
      return instance;
    };
    this.#offerContextual(this.#container, component, contextualReference(component.prototype as object, find));
  }

  #offerContextual<T>(container: Container, token: BeanToken<T>, value: T): void {
    const make = (): T => {
      this.#observer.onContextUse();
      return value;
    };
    container.bind<T>(token).toDynamicValue(make).inSingletonScope();
  }

  /** A promise only where a method has to be waited for: most beans have none. */
  #destroy(bean: object): Promise<unknown> | undefined {
    const report = (error: unknown): void => this.#observer.onLifecycleError(error, bean.constructor.name);
    try {
      return runLifecycle(bean, "preDestroy")?.catch(report);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  #explain(token: unknown, error: unknown): unknown {
    const detail = describeMissing(token, {
      isBound: (each) => this.#container.isBound(each as BeanToken),
      dependencies: (each) => dependencies(each as ComponentClass),
    });
    return detail === undefined ? error : new ServletError("servlet.injection", { detail, cause: error });
  }
}

function isClass(token: unknown): token is ComponentClass {
  return typeof token === "function" && token.prototype !== undefined;
}

/** One thing a class asks for. */
export interface Dependency {
  /** `parameter 1`, `property clock`. */
  readonly place: string;
  /** Undefined where nothing tells what is asked for. */
  readonly token: unknown;
  readonly isOptional: boolean;
}

/** What the constructor and the properties of a class ask for. */
function dependencies(component: ComponentClass): readonly Dependency[] {
  const { constructorArguments, properties } = metadataOf(component);
  const places = [
    ...Array.from({ length: Math.max(constructorArguments.length, component.length) }, (_, index) => {
      return [`parameter ${index + 1}`, constructorArguments[index]] as const;
    }),
    ...[...properties].map(([name, element]) => [`property ${String(name)}`, element] as const),
  ];
  return places.map(([place, element]) => ({
    place,
    token: element !== undefined && "value" in element ? element.value : undefined,
    isOptional: element !== undefined && (!("value" in element) || element.optional),
  }));
}

/** What the application binds may be an instance: its class then need not say what it was made of. */
function dependenciesOfBound(component: ComponentClass): readonly Dependency[] {
  try {
    return dependencies(component);
  } catch {
    return [];
  }
}

function metadataOf(component: ComponentClass): ReturnType<typeof getClassMetadata> {
  try {
    return getClassMetadata(component);
  } catch (cause) {
    throw new ServletError("servlet.injection", {
      detail: `${component.name}: a parameter of its constructor does not say what it wants; write @inject(Token) before it`,
      cause,
    });
  }
}

function asynchronousScoped(bean: string): ServletError {
  return new ServletError("servlet.injection", {
    detail:
      `@postConstruct of ${bean} gives a promise, but a bean with a scope is made at its first use and nobody waits. ` +
      "Make the method synchronous, or the bean a singleton",
  });
}

/** Calls the methods of a moment; a promise when one of them gives one. */
function runLifecycle(instance: object, moment: LifecycleMoment): Promise<unknown> | undefined {
  const results: unknown[] = [];
  for (const name of readLifecycle(instance.constructor, moment)) {
    results.push((instance as Record<string | symbol, () => unknown>)[name]?.());
  }
  const pending = results.filter(
    (result): result is PromiseLike<unknown> => typeof result === "object" && result !== null && "then" in result,
  );
  return pending.length === 0 ? undefined : Promise.all(pending);
}
