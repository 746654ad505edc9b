import type { ApplicationSettings } from "../api/application-settings.js";
import type { Flow } from "../api/flow.js";
import type { ServletClass, ServletOptions } from "../api/servlet-class.js";
import { contextAttribute, SipServletContext } from "../api/sip-servlet-context.js";
import type { SipUri } from "../api/sip-uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { ApplicationContext } from "../session/application-context.js";
import { Attributes } from "../session/attributes.js";

/** What the container knows and every application may ask. */
export interface ContainerFacts {
  readonly supported: readonly string[];
  readonly supportedRfcs: readonly string[];
  /** One URI for each listen point. */
  readonly outboundInterfaces: () => readonly SipUri[];
  /** The live flow of a token, for an application. */
  readonly findFlow: (token: string, holder: ApplicationContext) => Flow | undefined;
}

/** What an application added to itself while it was initialised. */
export type Registrations = Pick<ApplicationDefinition, "servlets" | "listeners"> & Omit<ApplicationSettings, "name">;

/** Names of attributes that belong to the container. */
const reservedPrefix = "javax.servlet.sip.";

/** The context of one application (JSR 289 §3). */
export class ContainerServletContext extends SipServletContext {
  readonly #facts: ContainerFacts;
  readonly #attributes = new Attributes();
  readonly #builtIns = new Map<string, () => unknown>();
  #model: ApplicationModel;
  #registrations: Registrations | undefined;
  #isInitialized = false;
  #holder: ApplicationContext | undefined;

  constructor(model: ApplicationModel, facts: ContainerFacts) {
    super();
    this.#model = model;
    this.#facts = facts;
    this.offer(contextAttribute.SUPPORTED, () => this.supported);
    this.offer(contextAttribute.SUPPORTED_RFCS, () => this.supportedRfcs);
    this.offer(contextAttribute.PRACK_SUPPORTED, () => this.supported.includes("100rel"));
    this.offer(contextAttribute.OUTBOUND_INTERFACES, () => this.outboundInterfaces);
  }

  get applicationName(): string {
    return this.#model.name;
  }

  get servletContextName(): string {
    return this.#model.displayName;
  }

  get contextPath(): string {
    return this.#model.contextPath;
  }

  getInitParameter(name: string): string | undefined {
    return this.#model.initParameters[name];
  }

  getInitParameterNames(): readonly string[] {
    return Object.keys(this.#model.initParameters);
  }

  get supported(): readonly string[] {
    return this.#facts.supported;
  }

  get supportedRfcs(): readonly string[] {
    return this.#facts.supportedRfcs;
  }

  get outboundInterfaces(): readonly SipUri[] {
    return this.#facts.outboundInterfaces();
  }

  getFlow(flowToken: string): Flow | undefined {
    return this.#holder && this.#facts.findFlow(flowToken, this.#holder);
  }

  /** The application whose context this is: its listeners hear of the flows it asked for. */
  bind(holder: ApplicationContext): void {
    this.#holder = holder;
  }

  addSipServlet(name: string, servletClass: ServletClass, options: ServletOptions = {}): void {
    const servlets = [...(this.#open(`addSipServlet("${name}")`).servlets ?? []), { name, servletClass, ...options }];
    this.#registrations = { ...this.#registrations, servlets };
  }

  addSipListener(listenerClass: ServletClass): void {
    const listeners = [...(this.#open("addSipListener").listeners ?? []), { listenerClass }];
    this.#registrations = { ...this.#registrations, listeners };
  }

  configureSipApplication(settings: Omit<ApplicationSettings, "name">): void {
    this.#registrations = { ...this.#open("configureSipApplication"), ...settings };
  }

  /** Takes what was registered since the last time; undefined when there is nothing. */
  takeRegistrations(): Registrations | undefined {
    const registrations = this.#registrations;
    this.#registrations = undefined;
    return registrations;
  }

  /** The application with what was registered. */
  replaceModel(model: ApplicationModel): void {
    this.#model = model;
  }

  /** From now on nothing can be registered. */
  close(): void {
    this.#isInitialized = true;
  }

  /** Makes an object of the container an attribute (JSR 289 §3, constants of `SipServlet`). */
  offer(name: string, value: () => unknown): void {
    this.#builtIns.set(name, value);
  }

  getAttribute(name: string): unknown {
    return this.#builtIns.get(name)?.() ?? this.#attributes.get(name);
  }

  getAttributeNames(): readonly string[] {
    return [...this.#builtIns.keys(), ...this.#attributes.names()];
  }

  setAttribute(name: string, value: unknown): void {
    requireFree(name);
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    requireFree(name);
    this.#attributes.remove(name);
  }

  clearAttributes(): void {
    this.#attributes.clear();
  }

  #open(what: string): Registrations {
    if (!this.#isInitialized) return this.#registrations ?? {};
    throw new IllegalStateError("state.initialized", {
      detail: `${what} comes too late; call it in @postConstruct or init(), or name it in bootstrap({ applications })`,
    });
  }
}

function requireFree(name: string): void {
  if (typeof name !== "string" || !name.startsWith(reservedPrefix)) return;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `attribute "${name}": names that begin with ${reservedPrefix} belong to the container`,
  });
}
