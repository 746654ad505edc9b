import type { Clock, Logger } from "@siplet/core";

import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { TimerListener } from "../api/timer-listener.js";
import type { Observers } from "../concurrency/observers.js";
import type { Scheduler } from "../concurrency/scheduler.js";
import type { StuckWatch } from "../concurrency/stuck-watch.js";
import { ListenerRegistry } from "../listener/listener-registry.js";
import type { ApplicationModel, ServletModel } from "../model/application-model.js";
import { handlerLabel } from "../model/handler-method.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import type { Caller } from "../session/caller.js";
import type { ApplicationContext, HttpSessions, MessageFactory } from "../session/application-context.js";
import type { AccessGuard } from "../security/access-guard.js";
import type { AfterHandler, Handler } from "./handler.js";

/** What an application needs of the container. */
export interface DeployedApplicationParts {
  readonly model: ApplicationModel;
  readonly clock: Clock;
  readonly log: Logger;
  readonly messages: MessageFactory;
  readonly httpSessions?: HttpSessions | undefined;
  readonly scheduler: Scheduler;
  readonly servletContext: SipServletContext;
  readonly stuckWatch?: StuckWatch;
  readonly observers: Observers;
  readonly destroyBeans: (beans: ReadonlyMap<unknown, unknown>) => void;
  readonly afterHandler: AfterHandler;
}

/** An application at work: its model, its servlets' instances, its listeners. */
export class DeployedApplication implements ApplicationContext {
  /** Replaced while it is initialised, when its code registers more. */
  model: ApplicationModel;
  readonly clock: Clock;
  readonly log: Logger;
  readonly scheduler: Scheduler;
  readonly listeners: ListenerRegistry;
  readonly servletContext: SipServletContext;
  readonly messages: MessageFactory;
  readonly httpSessions: HttpSessions | undefined;
  /** Set once something asks for a bean that looks at the running invocation. */
  followsAwait = false;
  /** Throws for what cannot be written down; given once the codec is made. */
  checkWritable: (value: unknown, path: string) => void = () => undefined;
  readonly stuckWatch: StuckWatch | undefined;
  readonly observers: Observers;
  /** Given once it is initialised, where not everybody may do everything. */
  guard: AccessGuard | undefined;
  /** Given where sessions are kept in a store. */
  commit: ((applicationSessionId: string) => Promise<void>) | undefined;
  readonly destroyBeans: (beans: ReadonlyMap<unknown, unknown>) => void;
  readonly afterHandler: AfterHandler;
  readonly #instances = new Map<string, object>();
  /** The servlets of a model by name, and whose they are. */
  #servlets: ReadonlyMap<string, ServletModel> = new Map();
  #indexed: ApplicationModel | undefined;

  constructor(parts: DeployedApplicationParts) {
    this.model = parts.model;
    this.clock = parts.clock;
    this.log = parts.log;
    this.listeners = new ListenerRegistry(this);
    this.servletContext = parts.servletContext;
    this.messages = parts.messages;
    this.httpSessions = parts.httpSessions;
    this.stuckWatch = parts.stuckWatch;
    this.observers = parts.observers;
    this.scheduler = parts.scheduler;
    this.destroyBeans = parts.destroyBeans;
    this.afterHandler = parts.afterHandler;
  }

  get name(): string {
    return this.model.name;
  }

  get isSerial(): boolean {
    return this.model.concurrencyMode === "APPLICATIONSESSION";
  }

  get timerListener(): TimerListener | undefined {
    return this.listeners.listeners.timer;
  }

  get sessionTimeout(): number {
    return this.model.sessionTimeout;
  }

  get invalidateWhenReady(): boolean {
    return this.model.invalidateWhenReady;
  }

  get proxyTimeout(): number {
    return this.model.proxyTimeout;
  }

  /** Name of the servlet that gets the answers to requests the application starts itself. */
  get defaultHandler(): string {
    return (this.model.mainServlet ?? this.model.servlets[0])?.name ?? "";
  }

  /** In a distributable application a value is refused when it is stored, not when its session moves. */
  requireWritable(value: unknown, path: string): void {
    if (this.model.distributable) this.checkWritable(value, path);
  }

  linkedRole(servletName: string, role: string): string {
    return this.#servlet(servletName)?.securityRoleRefs[role] ?? role;
  }

  #servlet(name: string): ServletModel | undefined {
    if (this.#indexed !== this.model) {
      this.#indexed = this.model;
      this.#servlets = new Map(this.model.servlets.map((servlet) => [servlet.name, servlet]));
    }
    return this.#servlets.get(name);
  }

  callerOf(servletName: string): Caller | undefined {
    const role = this.#servlet(servletName)?.runAs;
    return role === undefined ? undefined : { name: role, roles: [role] };
  }

  hasServlet(name: string): boolean {
    return this.#servlet(name) !== undefined;
  }

  /** Takes the instance of a servlet once the injector has made it. */
  setInstance(servletName: string, instance: object): void {
    this.#instances.set(servletName, instance);
  }

  instance(servletName: string): object | undefined {
    return this.#instances.get(servletName);
  }

  /** The code that takes a request; undefined when the servlet has none for it. */
  requestHandler(servletName: string, request: SipServletRequest): Handler | undefined {
    const servlet = this.#servlet(servletName);
    const instance = this.#instances.get(servletName);
    if (servlet === undefined || instance === undefined) return undefined;
    if (instance instanceof SipServletBase) return serviceHandler(servlet, () => instance.service(request));
    const method = servlet.handlers.forRequest(request);
    return method && { label: handlerLabel(method), invoke: () => method.invoke(instance, request) };
  }

  /** The code that takes a response; undefined when the servlet has none for it. */
  responseHandler(servletName: string, response: SipServletResponse): Handler | undefined {
    const servlet = this.#servlet(servletName);
    const instance = this.#instances.get(servletName);
    if (servlet === undefined || instance === undefined) return undefined;
    if (instance instanceof SipServletBase) return serviceHandler(servlet, () => instance.service(undefined, response));
    const method = servlet.handlers.forResponse(response);
    return method && { label: handlerLabel(method), invoke: () => method.invoke(instance, response) };
  }

  /** Methods that a servlet has handlers for, as Allow tells them (RFC 3261 §20.5). */
  allowedMethods(servletName: string): readonly string[] {
    const servlet = this.#servlet(servletName);
    const handlers = servlet?.handlers.handlers.filter((handler) => handler.kind === "request") ?? [];
    return [...new Set(handlers.flatMap((handler) => handler.methods))];
  }
}

function serviceHandler(servlet: ServletModel, invoke: () => unknown): Handler {
  return { label: `${servlet.servletClass.name}.service`, invoke };
}
