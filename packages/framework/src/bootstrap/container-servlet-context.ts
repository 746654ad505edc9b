import { SipServletContext } from "../api/sip-servlet-context.js";
import type { Flow } from "../api/flow.js";
import type { SipUri } from "../api/sip-uri.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ApplicationModel } from "../model/application-model.js";
import { Attributes } from "../session/attributes.js";

/** What the container knows and every application may ask. */
export interface ContainerFacts {
  readonly supported: readonly string[];
  readonly supportedRfcs: readonly string[];
  /** One URI for each listen point. */
  readonly outboundInterfaces: () => readonly SipUri[];
}

/** The context of one application (JSR 289 §3). */
export class ContainerServletContext extends SipServletContext {
  readonly #model: ApplicationModel;
  readonly #facts: ContainerFacts;
  readonly #attributes = new Attributes();

  constructor(model: ApplicationModel, facts: ContainerFacts) {
    super();
    this.#model = model;
    this.#facts = facts;
  }

  get applicationName(): string {
    return this.#model.name;
  }

  get servletContextName(): string {
    return this.#model.displayName;
  }

  get contextPath(): string {
    return "";
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

  getFlow(_flowToken: string): Flow | undefined {
    return undefined;
  }

  addSipServlet(name: string): void {
    throw alreadyInitialized(`addSipServlet("${name}")`);
  }

  addSipListener(): void {
    throw alreadyInitialized("addSipListener");
  }

  configureSipApplication(): void {
    throw alreadyInitialized("configureSipApplication");
  }

  getAttribute(name: string): unknown {
    return this.#attributes.get(name);
  }

  getAttributeNames(): readonly string[] {
    return this.#attributes.names();
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.remove(name);
  }

  clearAttributes(): void {
    this.#attributes.clear();
  }
}

function alreadyInitialized(what: string): IllegalStateError {
  return new IllegalStateError("state.initialized", { detail: `${what} comes too late; name it in bootstrap({ applications })` });
}
