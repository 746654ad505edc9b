import {
  SipApplicationSessionActivationListener,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionListener,
} from "../api/application-session-listener.js";
import type { BridgeHooks } from "../api/bridge.js";
import { SipErrorListener } from "../api/error-listener.js";
import { FlowListener } from "../api/flow-listener.js";
import { RegistrationListener } from "../api/registration-listener.js";
import { SipServletListener } from "../api/servlet-listener.js";
import {
  SipSessionActivationListener,
  SipSessionAttributeListener,
  SipSessionListener,
} from "../api/session-listener.js";
import type { ServletClass } from "../api/servlet-class.js";
import { TimerListener } from "../api/timer-listener.js";
import { ApplicationInjector, type InjectionSetup } from "../di/application-injector.js";
import { DeployedApplication } from "../dispatch/deployed-application.js";
import type { ListenersByKind } from "../listener/listener-registry.js";
import type { ListenerType } from "../metadata/class-records.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import { listenersOf, type ApplicationModel } from "../model/application-model.js";
import { AccessGuard } from "../security/access-guard.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import { DeploymentError } from "../errors/deployment-error.js";
import { bindBuiltIns } from "./built-in-beans.js";
import { ContainerServletContext, type Registrations } from "./container-servlet-context.js";
import { ConvergedSide } from "./converged-side.js";
import type { ContainerApplication } from "./container-options.js";
import type { DeploymentParts } from "./deployment-parts.js";
import { SessionMover } from "./session-mover.js";
import { sessionScopes } from "./session-scopes.js";

/** An application that was checked, as it was given. */
export interface CheckedApplication {
  readonly definition: ContainerApplication;
  readonly model: ApplicationModel;
  readonly setups: readonly InjectionSetup[];
  /** Classes whose instances may be attributes of sessions that move. */
  readonly snapshotClasses: readonly ServletClass[];
  /** Hooks of bridges that move. */
  readonly bridgeHooks: readonly ServletClass<BridgeHooks>[];
}

/** An application ready to take messages, and the injector that made it. */
export interface Deployment {
  readonly application: DeployedApplication;
  readonly injector: ApplicationInjector;
  /** Writes its sessions down and brings them back. */
  readonly mover: SessionMover;
}

/** Binds an application's beans, makes its servlets and listeners, initialises what is to be loaded on start. */
export async function deploy(checked: CheckedApplication, parts: DeploymentParts): Promise<Deployment> {
  const injector = new ApplicationInjector(sessionScopes, {
    onContextUse: () => (application.followsAwait = true),
    onLifecycleError: (error, bean) => parts.log.error({ error, bean }, "@preDestroy failed; the container goes on"),
  });
  const servletContext = new ContainerServletContext(checked.model, parts.facts);
  const application: DeployedApplication = new DeployedApplication({
    model: checked.model,
    clock: parts.clock,
    log: parts.log,
    messages: parts.requests,
    scheduler: parts.scheduler,
    stuckWatch: parts.stuckWatch,
    observers: parts.observers,
    servletContext,
    httpSessions: parts.http,
    destroyBeans: (beans) => injector.destroyBeans(beans),
    afterHandler: parts.afterHandler,
  });
  servletContext.bind(application);
  const { bridgeHooks, snapshotClasses } = checked;
  const bridges = bindBuiltIns({ application, servletContext, injector, container: parts, bridgeHooks });
  const mover = new SessionMover({
    application,
    injector,
    registry: parts.registry,
    classes: snapshotClasses,
    bridges,
  });
  if (checked.model.distributable) application.commit = parts.commit;
  application.checkWritable = (value, path) => void mover.codec.encode(value, path);
  for (const setup of checked.setups) injector.setUp(setup);
  try {
    await initialize(checked.definition, { application, injector, servletContext }, parts);
    deployHttp(checked, { application, injector, servletContext }, parts);
  } catch (error) {
    await injector.close();
    throw error;
  }
  servletContext.close();
  application.guard = AccessGuard.of(application.model, checked.definition.security ?? {}, parts.security);
  return { application, injector, mover };
}

interface Assembled extends Omit<Deployment, "mover"> {
  readonly servletContext: ContainerServletContext;
}

/** Controllers are made last: what they ask for is there. */
function deployHttp(
  { definition }: CheckedApplication,
  { application, injector }: Assembled,
  { http, registry }: DeploymentParts,
): void {
  const { controllers } = application.model;
  const { routers = [] } = definition;
  if (controllers.length === 0 && routers.length === 0) return;
  if (http !== undefined) {
    http.deploy(new ConvergedSide(application, injector, registry), { controllers, routers });
    return;
  }
  throw new DeploymentError([
    {
      code: "application.http",
      application: application.name,
      class: controllers[0]?.name,
      reason: "the application has controllers or routers, and the container no HTTP side",
      mend: 'Start it with bootstrap({ http: { listen: "127.0.0.1:8080" }, … })',
    },
  ]);
}

/** Makes listeners and servlets; what they register is checked and made in its turn (JSR 359, registration). */
async function initialize(
  definition: ApplicationDefinition,
  { application, injector, servletContext }: Assembled,
  parts: DeploymentParts,
): Promise<void> {
  application.listeners.replace(createListeners(application.model, injector));
  await createServlets(application, injector);
  const added = servletContext.takeRegistrations();
  if (added === undefined) return;
  const extended = extend(definition, added);
  const model = await parts.rescan(extended);
  application.model = model;
  servletContext.replaceModel(model);
  await initialize(extended, { application, injector, servletContext }, parts);
}

function extend(definition: ApplicationDefinition, added: Registrations): ApplicationDefinition {
  return {
    ...definition,
    ...added,
    servlets: [...(definition.servlets ?? []), ...(added.servlets ?? [])],
    listeners: [...(definition.listeners ?? []), ...(added.listeners ?? [])],
  };
}

function createListeners(model: ApplicationModel, injector: ApplicationInjector): ListenersByKind {
  const instances = <T extends object>(type: ListenerType<T>): T[] =>
    listenersOf(model, type).map((listenerClass) => injector.get(listenerClass) as T);
  return {
    applicationSession: instances(SipApplicationSessionListener),
    applicationSessionAttribute: instances(SipApplicationSessionAttributeListener),
    applicationSessionActivation: instances(SipApplicationSessionActivationListener),
    session: instances(SipSessionListener),
    sessionAttribute: instances(SipSessionAttributeListener),
    sessionActivation: instances(SipSessionActivationListener),
    error: instances(SipErrorListener),
    flow: instances(FlowListener as ListenerType<FlowListener>),
    registration: instances(RegistrationListener),
    servlet: instances(SipServletListener as ListenerType<SipServletListener>),
    timer: instances(TimerListener as ListenerType<TimerListener>)[0],
  };
}

/** The place of a servlet at the start: a negative `loadOnStartup` means behind all others. */
function rank(order: number): number {
  return order < 0 ? Number.MAX_SAFE_INTEGER : order;
}

/** Servlets are made in the order of `loadOnStartup`, the others behind them; those that exist stay. */
async function createServlets(application: DeployedApplication, injector: ApplicationInjector): Promise<void> {
  const { model, servletContext } = application;
  const ordered = model.servlets.toSorted((one, other) => rank(one.loadOnStartup) - rank(other.loadOnStartup));
  for (const { name, servletClass, initParameters } of ordered) {
    if (application.instance(name) !== undefined) continue;
    const instance: object = injector.get(servletClass);
    await injector.initialized();
    application.setInstance(name, instance);
    if (instance instanceof SipServletBase) {
      await instance.initialize({ servletName: name, servletContext, initParameters });
    }
  }
  await injector.initialized();
}
