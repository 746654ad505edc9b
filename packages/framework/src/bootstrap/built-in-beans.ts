import { BridgeFactory } from "../api/bridge.js";
import type { DnsResolver as DnsResolverApi } from "../api/dns-resolver.js";
import { DnsResolver } from "../api/dns-resolver.js";
import { ManagedScheduledSipExecutorService } from "../api/managed-scheduled-sip-executor-service.js";
import { ManagedSipExecutorService } from "../api/managed-sip-executor-service.js";
import { SipApplicationSession } from "../api/object-model.js";
import { PushService } from "../api/push-service.js";
import { SipContextService } from "../api/sip-context-service.js";
import { SipFactory } from "../api/sip-factory.js";
import { contextAttribute, SipServletContext } from "../api/sip-servlet-context.js";
import { SipSessionsUtil } from "../api/sip-sessions-util.js";
import { TimerService } from "../api/timer-service.js";
import { ContainerBridgeFactory } from "../b2bua/bridge/container-bridge-factory.js";
import { ContainerExecutorService } from "../concurrency/container-executor-service.js";
import { ContainerSipContextService } from "../concurrency/container-sip-context-service.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import type { ApplicationInjector } from "../di/application-injector.js";
import { scopeError } from "../di/contextual-reference.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { findReference } from "../router/composition/dialog-reference.js";
import { ContainerSipFactory } from "../message/container-sip-factory.js";
import { RegistrarHost } from "../registrar/registrar-host.js";
import { RequestCopier } from "../message/request-copier.js";
import { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import { ContainerTimerService } from "../timer/container-timer-service.js";
import type { ContainerServletContext } from "./container-servlet-context.js";
import { ContainerSipSessionsUtil } from "./container-sip-sessions-util.js";
import type { BridgeHooks } from "../api/bridge.js";
import type { ServletClass } from "../api/servlet-class.js";
import type { DeploymentParts } from "./deployment-parts.js";
import { currentApplicationSession, runningNow } from "./session-scopes.js";
import { taskOwners } from "./task-owners.js";

/** What the built-in beans of an application are made of. */
export interface BuiltInParts {
  readonly application: DeployedApplication;
  readonly servletContext: ContainerServletContext;
  readonly injector: ApplicationInjector;
  readonly container: DeploymentParts;
  /** Hooks of bridges that may move. */
  readonly bridgeHooks: readonly ServletClass<BridgeHooks>[];
}

/** Offers what every application can have injected, and the same as attributes of its context (JSR 289 §3, JSR 359). */
export function bindBuiltIns(parts: BuiltInParts): ContainerBridgeFactory {
  const { application, servletContext, injector, container } = parts;
  const factory = createFactory(parts);
  const timers = createTimerService(parts);
  const bridges = createBridges(parts, factory);
  const util = new ContainerSipSessionsUtil(application, container.registry, injector);
  const ownerOf = taskOwners(application, container.registry);
  const executor = new ContainerExecutorService(application, ownerOf);
  injector.bindValue(SipFactory, factory);
  injector.bindValue(BridgeFactory, bridges);
  injector.bindValue(SipServletContext, servletContext);
  injector.bindValue(TimerService, timers);
  injector.bindValue<DnsResolverApi>(DnsResolver, container.dnsResolver);
  injector.bindContextual(SipSessionsUtil, util);
  injector.bindContextual(ManagedSipExecutorService, executor);
  injector.bindContextual(ManagedScheduledSipExecutorService, executor);
  injector.bindContextual(SipContextService, new ContainerSipContextService(application, ownerOf));
  if (container.http !== undefined) injector.bindValue(PushService, container.http.push);
  injector.bindReference(SipApplicationSession, SipApplicationSession.prototype, findCurrentSession);
  offerRegistrars(parts);
  servletContext.offer(contextAttribute.SIP_FACTORY, () => factory);
  servletContext.offer(contextAttribute.TIMER_SERVICE, () => timers);
  servletContext.offer(contextAttribute.SIP_SESSIONS_UTIL, () => injector.get(SipSessionsUtil));
  servletContext.offer(contextAttribute.DNS_RESOLVER, () => container.dnsResolver);
  return bridges;
}

/** What `@siplet/framework/registrar` stands on. */
function offerRegistrars({ application, injector, container }: BuiltInParts): void {
  const { registrars, registrarSurroundings: surroundings } = container;
  const host: RegistrarHost = {
    applicationName: application.name,
    surroundings,
    registrars,
    get listeners() {
      return application.listeners.listeners.registration;
    },
  };
  injector.bindValue<RegistrarHost>(RegistrarHost, host);
  injector.atClose(() => registrars.release(host));
}

function createFactory({ application, container }: BuiltInParts): ContainerSipFactory {
  return new ContainerSipFactory({
    requests: container.requests,
    random: container.random,
    registry: container.registry,
    defaultHandler: () => application.defaultHandler,
    applicationSession: (key) => container.registry.applicationSession(application, key),
    ownerOf: sessionItself,
  });
}

function createBridges(parts: BuiltInParts, factory: ContainerSipFactory): ContainerBridgeFactory {
  const { application, injector, container, bridgeHooks } = parts;
  const { clock, log, random, registry, requests } = container;
  return new ContainerBridgeFactory({
    clock,
    log,
    random,
    factory,
    copier: new RequestCopier({ registry, requests, random }),
    hooks: bridgeHooks,
    beanOf: (hooks) => injector.get(hooks),
    ownUriFor: (invite) => {
      const reference = findReference(invite.state.request(), registry.table);
      const isOurs = reference !== undefined && "session" in reference && reference.session.taker !== undefined;
      return isOurs ? container.facts.outboundInterfaces()[0] : undefined;
    },
    isDistributable: () => application.model.distributable,
    runInSession: ({ applicationSession }, description, work) => {
      const run = (): void | PromiseLike<void> => runInvocation(application, applicationSession, description, work);
      applicationSession.queue.enqueue({ run });
    },
  });
}

function createTimerService({ application, container }: BuiltInParts): ContainerTimerService {
  return new ContainerTimerService({
    host: application,
    createId: () => container.random.token(64),
    ownerOf: (session) => {
      const found = sessionItself(session);
      return found?.application === application ? found : undefined;
    },
    requireWritable: (value, path) => application.requireWritable(value, path),
  });
}

/** The injected `SipApplicationSession` stands for the running one. */
function sessionItself(session: unknown): ContainerSipApplicationSession | undefined {
  if (session instanceof ContainerSipApplicationSession) return session;
  return session instanceof SipApplicationSession ? currentApplicationSession() : undefined;
}

function findCurrentSession(): SipApplicationSession {
  const session = currentApplicationSession();
  if (session !== undefined) return session;
  throw scopeError("SipApplicationSession", "the one of the running invocation", runningNow());
}
