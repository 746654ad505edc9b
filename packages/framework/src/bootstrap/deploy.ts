import type { Clock, Logger, RandomSource } from "@siplet/core";
import { ManagedScheduledSipExecutorService } from "../api/managed-scheduled-sip-executor-service.js";
import { ManagedSipExecutorService } from "../api/managed-sip-executor-service.js";
import { SipApplicationSession } from "../api/object-model.js";
import { SipContextService } from "../api/sip-context-service.js";
import { SipFactory } from "../api/sip-factory.js";
import { SipServletContext } from "../api/sip-servlet-context.js";
import { SipSessionsUtil } from "../api/sip-sessions-util.js";
import { ApplicationInjector, type InjectionSetup } from "../di/application-injector.js";
import { scopeError } from "../di/contextual-reference.js";
import { currentInvocation } from "../concurrency/invocation.js";
import { DeployedApplication } from "../dispatch/deployed-application.js";
import type { InvocationContext } from "../dispatch/handler-invocation.js";
import { noListeners, type ListenersByKind } from "../listener/listener-registry.js";
import { SipApplicationSessionAttributeListener, SipApplicationSessionListener } from "../api/application-session-listener.js";
import { SipErrorListener } from "../api/error-listener.js";
import { FlowListener } from "../api/flow-listener.js";
import { SipServletListener } from "../api/servlet-listener.js";
import { SipSessionAttributeListener, SipSessionListener } from "../api/session-listener.js";
import { TimerListener } from "../api/timer-listener.js";
import { ContainerSipFactory } from "../message/container-sip-factory.js";
import type { SessionRequests } from "../message/session-requests.js";
import type { ListenerType } from "../metadata/class-records.js";
import { listenersOf, type ApplicationModel } from "../model/application-model.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { SessionTable } from "../session/session-table.js";
import { ContainerServletContext, type ContainerFacts } from "./container-servlet-context.js";
import { ContainerSipSessionsUtil } from "./container-sip-sessions-util.js";
import { currentApplicationSession, sessionScopes } from "./session-scopes.js";

/** What a deployment needs of the container. */
export interface DeploymentParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomSource;
  readonly sessions: SessionTable;
  readonly requests: SessionRequests;
  readonly facts: ContainerFacts;
  readonly afterHandler: InvocationContext["afterHandler"];
  /** A new application session of an application, or the one of a key. */
  readonly applicationSession: (application: DeployedApplication, key?: string) => ContainerSipApplicationSession;
}

/** An application ready to take messages, and the injector that made it. */
export interface Deployment {
  readonly application: DeployedApplication;
  readonly injector: ApplicationInjector;
}

/** Beans whose users may ask for the running session behind an `await`. */
const contextTokens = [
  SipApplicationSession,
  SipSessionsUtil,
  ManagedSipExecutorService,
  ManagedScheduledSipExecutorService,
  SipContextService,
];

/** Binds an application's beans, makes its servlets and listeners, initialises what is to be loaded on start. */
export async function deploy(
  model: ApplicationModel,
  setups: readonly InjectionSetup[],
  parts: DeploymentParts,
): Promise<Deployment> {
  const injector = new ApplicationInjector(sessionScopes, contextTokens);
  const servletContext = new ContainerServletContext(model, parts.facts);
  for (const { servletClass } of model.servlets) injector.register(servletClass);
  for (const { listenerClass } of model.listeners) injector.register(listenerClass);
  const application = new DeployedApplication({
    model,
    clock: parts.clock,
    log: parts.log,
    messages: parts.requests,
    servletContext,
    followsAwait: injector.usesContext,
    destroyBeans: (beans) => injector.destroyBeans(beans),
    afterHandler: parts.afterHandler,
  });
  bindBuiltIns(injector, application, parts);
  for (const setup of setups) injector.setUp(setup);
  application.listeners.replace(createListeners(model, injector));
  await createServlets(application, injector);
  return { application, injector };
}

function bindBuiltIns(injector: ApplicationInjector, application: DeployedApplication, parts: DeploymentParts): void {
  const factory = new ContainerSipFactory({
    requests: parts.requests,
    random: parts.random,
    dialogs: parts.sessions,
    defaultHandler: () => application.defaultHandler,
    applicationSession: (key) => parts.applicationSession(application, key),
  });
  injector.bindValue(SipFactory, factory);
  injector.bindValue(SipServletContext, application.servletContext);
  injector.bindValue(SipSessionsUtil, new ContainerSipSessionsUtil(application, parts.sessions, injector, parts.applicationSession));
  injector.bindReference(SipApplicationSession, SipApplicationSession.prototype, () => {
    const session = currentApplicationSession();
    if (session !== undefined) return session;
    const running = currentInvocation()?.description ?? "what runs now (nothing of the container)";
    throw scopeError("SipApplicationSession", "the one of the running invocation", running);
  });
}

function createListeners(model: ApplicationModel, injector: ApplicationInjector): ListenersByKind {
  const instances = <T extends object>(type: ListenerType<T>): T[] =>
    listenersOf(model, type).map((listenerClass) => injector.get(listenerClass) as T);
  return {
    ...noListeners,
    applicationSession: instances(SipApplicationSessionListener),
    applicationSessionAttribute: instances(SipApplicationSessionAttributeListener),
    session: instances(SipSessionListener),
    sessionAttribute: instances(SipSessionAttributeListener),
    error: instances(SipErrorListener),
    flow: instances(FlowListener),
    servlet: instances(SipServletListener),
    timer: instances(TimerListener as ListenerType<TimerListener>)[0],
  };
}

/** Servlets are made in the order of `loadOnStartup`, the others behind them. */
async function createServlets(application: DeployedApplication, injector: ApplicationInjector): Promise<void> {
  const { model, servletContext } = application;
  const rank = (order: number): number => (order < 0 ? Number.MAX_SAFE_INTEGER : order);
  const ordered = model.servlets.toSorted((one, other) => rank(one.loadOnStartup) - rank(other.loadOnStartup));
  for (const { name, servletClass, initParameters } of ordered) {
    const instance: object = injector.get(servletClass);
    application.setInstance(name, instance);
    if (instance instanceof SipServletBase) await instance.initialize({ servletName: name, servletContext, initParameters });
  }
}
