import { getClassMetadata } from "@inversifyjs/core";
import { Container, type ContainerModule, type Newable, type ServiceIdentifier } from "inversify";
import type { ServletClass } from "../api/servlet-class.js";
import { readScope, type BeanScope } from "../metadata/class-records.js";
import { readLifecycle } from "../metadata/lifecycle-record.js";
import { scopeDecorators, type BeanScopes } from "./bean-scopes.js";
import { contextualReference, scopeError } from "./contextual-reference.js";

/** Binds beans of an application: inversify's own `bind`. */
export type Bind = Container["bind"];

/** Where a user says what is injected: a function, or a module of inversify. */
export type InjectionSetup = ((bind: Bind) => void) | ContainerModule;

/** A class the injector makes instances of. */
type ComponentClass = Newable<object>;

/** What may be asked for: a class, or a token of one's own. */
export type BeanToken<T = unknown> = ServiceIdentifier<T>;

/**
 * The injector of one application. Classes are singletons unless they have a scope; a class that a constructor asks for
 * need not be bound. Instances are initialised by `@postConstruct` and taken down by `@preDestroy`.
 */
export class ApplicationInjector {
  readonly #container = new Container({ defaultScope: "Singleton" });
  readonly #scopes: BeanScopes;
  readonly #known = new Set<unknown>();
  readonly #instances: object[] = [];
  readonly #contextTokens: ReadonlySet<unknown>;
  #usesContext = false;

  /** @param contextTokens beans whose users may look at the running invocation behind an `await` */
  constructor(scopes: BeanScopes, contextTokens: readonly unknown[] = []) {
    this.#scopes = scopes;
    this.#contextTokens = new Set(contextTokens);
  }

  /** Whether anything registered so far may look at the running invocation behind an `await`. */
  get usesContext(): boolean {
    return this.#usesContext;
  }

  /** Binds a ready object of the container. */
  bindValue<T>(token: BeanToken<T>, value: T): void {
    this.#container.bind(token).toConstantValue(value);
  }

  /** Binds a reference that finds its object at each use: the `SipApplicationSession` of the running invocation. */
  bindReference<T extends object>(token: BeanToken<T>, prototype: object, find: () => T): void {
    this.#container.bind<T>(token).toConstantValue(contextualReference(prototype, find));
  }

  /** Takes the bindings of the application; later ones replace those of the container. */
  setUp(setup: InjectionSetup): void {
    if (typeof setup !== "function") {
      this.#container.load(setup);
      return;
    }
    const bind: Bind = (token) => {
      if (this.#container.isBound(token)) this.#container.unbind(token);
      return this.#container.bind(token);
    };
    setup(bind);
  }

  /** Makes a class and all that it asks for available. */
  register(component: ServletClass): void {
    this.#register(component as ComponentClass);
  }

  #register(component: ComponentClass): void {
    if (this.#known.has(component)) return;
    this.#known.add(component);
    if (!this.#container.isBound(component)) this.#bindClass(component);
    for (const dependency of dependencies(component)) {
      if (this.#contextTokens.has(dependency)) this.#usesContext = true;
      if (isClass(dependency)) this.#register(dependency);
    }
  }

  /** The bean of a token. @throws inversify's error when nothing is bound to it */
  get<T>(token: BeanToken<T> | ServletClass<T & object>): T {
    if (isClass(token)) this.#register(token);
    return this.#container.get<T>(token as BeanToken<T>);
  }

  /** Destroys what a scope holds: `@preDestroy` in the reverse order of creation. */
  destroyBeans(beans: ReadonlyMap<unknown, unknown>): void {
    for (const bean of [...beans.values()].toReversed()) runLifecycle(bean as object, "preDestroy");
  }

  /** Destroys the singletons of the application. */
  close(): void {
    for (const instance of this.#instances.toReversed()) runLifecycle(instance, "preDestroy");
    this.#instances.length = 0;
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
    runLifecycle(instance, "postConstruct");
    return instance;
  }

  #bindScoped(component: ComponentClass, scope: BeanScope): void {
    this.#usesContext = true;
    const instanceToken = Symbol(component.name);
    this.#container.bind<object>(instanceToken).to(component).inTransientScope();
    const find = (): object => {
      const { beans, running } = this.#scopes.active(scope);
      if (beans === undefined) throw scopeError(component.name, scopeDecorators[scope], running);
      const existing = beans.get(component);
      if (existing !== undefined) return existing as object;
      const instance = this.#container.get<object>(instanceToken);
      beans.set(component, instance);
      runLifecycle(instance, "postConstruct");
      return instance;
    };
    this.bindReference(component, component.prototype as object, find);
  }
}

function isClass(token: unknown): token is ComponentClass {
  return typeof token === "function" && token.prototype !== undefined;
}

/** What the constructor and the properties of a class ask for. */
function dependencies(component: ComponentClass): unknown[] {
  const { constructorArguments, properties } = getClassMetadata(component);
  return [...constructorArguments, ...properties.values()].map((element) =>
    "value" in element ? element.value : undefined,
  );
}

function runLifecycle(instance: object, moment: "postConstruct" | "preDestroy"): void {
  for (const name of readLifecycle(instance.constructor, moment)) {
    (instance as Record<string | symbol, () => unknown>)[name]?.();
  }
}
