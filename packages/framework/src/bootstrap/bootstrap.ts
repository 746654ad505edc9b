import { createHmac, randomBytes, randomUUID } from "node:crypto";
import {
  consoleLogger,
  RequestSender,
  SipStack,
  type SipStackOptions,
  systemClock,
  SystemDnsResolver,
  type Clock,
  type GruuLookUp,
  type Logger,
  type RandomSource,
} from "@siplet/core";
import { Observers } from "../concurrency/observers.js";
import { Scheduler } from "../concurrency/scheduler.js";
import { StuckWatch } from "../concurrency/stuck-watch.js";
import { ContainerB2buaHelper } from "../b2bua/container-b2bua-helper.js";
import { AnswerWatch } from "../dispatch/answer-watch.js";
import type { RecoveryLookup } from "../dispatch/initial-recovery.js";
import { ContainerDispatcher } from "../dispatch/container-dispatcher.js";
import type { DeliveredMessage, Handler } from "../dispatch/handler.js";
import { ContainerFlows } from "../message/container-flows.js";
import type { HttpBridgeParts } from "../http/server/express-bridge.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { InternalRoutes } from "../message/internal-routes.js";
import { RequestCopier } from "../message/request-copier.js";
import { SessionRequests } from "../message/session-requests.js";
import type { Signalling } from "../message/signalling.js";
import { Operations } from "../operations/operations.js";
import { ContainerProxies } from "../proxy/container-proxies.js";
import { RegistrarTable } from "../registrar/registrar-table.js";
import type { RouterHost } from "../router/composition/router-host.js";
import { SessionKeys } from "../session/session-keys.js";
import { createContainerSecurity, type ContainerSecurity } from "../security/container-security.js";
import type { NetworkAccess } from "../security/network-access.js";
import { identityScreen } from "../security/identity-screen.js";
import { SessionRegistry } from "../session/session-registry.js";
import { SessionTable } from "../session/session-table.js";
import { SessionTargeting } from "../session/session-targeting.js";
import type { HttpBridge } from "../spi/http-bridge.js";
import { compose } from "./compose.js";
import { ContainerDnsResolver } from "./container-dns-resolver.js";
import { defaultAnswerTimeouts, type ContainerOptions } from "./container-options.js";
import type { ContainerFacts } from "./container-servlet-context.js";
import { Deployer } from "./deployer.js";
import type { DeploymentParts } from "./deployment-parts.js";
import { OverdueWatch } from "./overdue-watch.js";
import type { SessionMover } from "./session-mover.js";
import { SessionPersistence, type SessionPersistenceParts } from "./session-persistence.js";
import { routerOf } from "./router-input.js";
import { RunningSipContainer } from "./running-sip-container.js";
import type { SipContainer } from "./sip-container.js";
import { supported, supportedRfcs } from "./supported-standards.js";

const defaultDrainTimeout = 5000;
const defaultStuckTimeout = 30_000;
const defaultOverdueTimeout = 10_000;

/**
 * Starts a container: checks and deploys the applications, makes their servlets, listens.
 *
 * @throws DeploymentError with every problem of every application
 * @throws RouterConfigurationError with every fault of the router's configuration
 * @throws EngineError `transport.listen` when a place to listen is taken; nothing stays open then
 */
export async function bootstrap(options: ContainerOptions): Promise<SipContainer> {
  const log = options.log ?? consoleLogger();
  const secret = options.secret ?? randomBytes(32);
  const operations = await openOperations(options);
  const parts = { log, secret, clock: options.clock ?? systemClock, ...operatorsOf(operations) };
  const http = await openHttp(options.http, parts).catch(async (error: unknown) => {
    await operations?.close();
    throw error;
  });
  const { stack, container, deployer, host } = assemble(options, { log, secret, http, operations });
  try {
    await operations?.show(container);
    await deployer.deploy(options.applications);
    await host.use(routerOf(options.router));
    for (const place of options.listen) await stack.listen(place);
    if (http?.sipTransport !== undefined) await stack.listen(http.sipTransport);
    await http?.listen();
    container.start();
  } catch (error) {
    await container.close();
    throw error;
  }
  announce(container, log);
  await deployer.announce(deployer.deployments);
  return container;
}

/** Opens the port of operators; without one they are served on the HTTP port, if there is one. */
async function openOperations({ operations = {}, http }: ContainerOptions): Promise<Operations | undefined> {
  if (operations === false) return undefined;
  const isWanted = operations.listen !== undefined || operations.tracing !== undefined || http !== undefined;
  return isWanted ? Operations.open(operations) : undefined;
}

/** What the HTTP side does for operators. */
function operatorsOf(operations: Operations | undefined): Pick<HttpBridgeParts, "operations" | "traceRequest"> {
  return {
    ...(operations?.isSeparate === false && { operations: operations.endpoints.handle }),
    ...(operations?.tracing !== undefined && { traceRequest: operations.tracing.traceRequest }),
  };
}

/** Opens the HTTP side; Express is loaded here and nowhere else. */
async function openHttp(given: ContainerOptions["http"], parts: HttpBridgeParts): Promise<HttpBridge | undefined> {
  if (given === undefined) return undefined;
  if ("deploy" in given) {
    await given.open();
    return given;
  }
  const { ExpressBridge } = await import("../http/server/express-bridge.js");
  const bridge = new ExpressBridge(given, parts);
  await bridge.open();
  return bridge;
}

/** Octets and where they came by. */
type Arrival = Parameters<NetworkAccess["admit"]>;

/** What is made before the rest. */
interface Foundation {
  readonly log: Logger;
  readonly secret: string | Uint8Array;
  readonly http: HttpBridge | undefined;
  readonly operations: Operations | undefined;
}

/** Everything of a container, wired. */
interface Assembly {
  readonly stack: SipStack;
  readonly container: RunningSipContainer;
  readonly deployer: Deployer;
  readonly host: RouterHost;
}

function assemble(options: ContainerOptions, { log, secret, http, operations }: Foundation): Assembly {
  const resolver = options.resolver ?? new SystemDnsResolver();
  const stack = createStack(options, { log, resolver, network: () => security.network });
  const { clock, random } = stack;
  const { keys, sessions, registry } = sessionParts(stack.random, secret);
  const flows = new ContainerFlows({ clock, random, log, secret, flows: stack.transport.flows });
  const home = registrarParts(stack, flows, secret);
  const signalling = signallingOf(stack, flows, home.registrars);
  const proxies = new ContainerProxies(signalling);
  const requests = new SessionRequests(signalling);
  const b2bua = new ContainerB2buaHelper(new RequestCopier({ registry, requests, random }));
  const { watch, stuckWatch, scheduler, observers } = watchingParts(options, clock, log);
  const facilities = { clock, random, log };
  const kept = { ...facilities, table: sessions, moverOf: (name: string) => moverOf(deployer, name) };
  const persistence = persistenceOf(options, kept);
  const security: ContainerSecurity = createContainerSecurity(options.security ?? {}, { ...facilities, secret });
  const deployer: Deployer = new Deployer({
    ...facilities,
    security,
    commit: persistence === undefined ? undefined : (id) => persistence.commit(id),
    registry,
    scheduler,
    stuckWatch,
    observers,
    dnsResolver: new ContainerDnsResolver(resolver, stack.locator, stack.transport),
    requests,
    ...home,
    facts: factsOf(() => container.outboundInterfaces, flows),
    http,
    afterHandler: (message, handler) => afterHandler(message, handler, proxies, watch),
  });
  registry.onRemoved = whenRemoved(persistence, observers);
  const { applications } = deployer;
  const { chains, host } = compose({ stack, routes: signalling.routes, registry, secret, applications });
  const dispatcher = new ContainerDispatcher({
    applications,
    chains,
    sessions,
    registry,
    keys,
    ...(persistence !== undefined && { recover: (lookup: RecoveryLookup) => persistence.recover(lookup) }),
    signalling,
    forwarding: proxies,
    forbids: (connection) => security.network?.forbids(connection) ?? false,
  });
  Object.assign(signalling, { deliveries: dispatcher, proxies, b2bua, chains, screen: identityScreen(security) });
  stack.attach(dispatcher);
  const parts = { stack, sessions, dispatcher, deployer, host, observers, http, operations, persistence };
  const container = new RunningSipContainer({
    ...parts,
    watches: [watch, stuckWatch, scheduler, flows, ...overdueWatches(options, clock, persistence)],
    gauges: { watch, stuckWatch, scheduler, registrars: home.registrars },
    drain: options.drain ?? "setup",
    drainTimeout: options.drainTimeout ?? defaultDrainTimeout,
  });
  return { stack, container, deployer, host };
}

/** The sessions, and how they are found. */
function sessionParts(random: RandomSource, secret: string | Uint8Array) {
  const keys = new SessionKeys(secret);
  const sessions = new SessionTable(keys);
  return { keys, sessions, registry: new SessionRegistry(sessions, random, new SessionTargeting(secret)) };
}

/** Who hears of the end of an application session. */
function whenRemoved(persistence: SessionPersistence | undefined, observers: Observers): SessionRegistry["onRemoved"] {
  return (session) => {
    persistence?.forget(session);
    observers.onApplicationSessionDestroyed(session.id);
  };
}

/** What looks on: at the time, and for those who observe. */
function watchingParts(options: ContainerOptions, clock: Clock, log: Logger) {
  return {
    watch: new AnswerWatch(clock, log, { ...defaultAnswerTimeouts, ...options.answerTimeout }),
    stuckWatch: new StuckWatch(clock, log, options.stuckTimeout ?? defaultStuckTimeout),
    scheduler: new Scheduler(clock),
    observers: new Observers(log),
  };
}

/** What every application may ask. */
function factsOf(outboundInterfaces: ContainerFacts["outboundInterfaces"], flows: ContainerFlows): ContainerFacts {
  const findFlow: ContainerFacts["findFlow"] = (token, holder) => flows.find(token, holder);
  return { supported, supportedRfcs, outboundInterfaces, findFlow };
}

/** What the engine gets of the container; who may send is known once the engine stands. */
interface StackSurroundings extends Pick<SipStackOptions, "log" | "resolver"> {
  readonly network: () => NetworkAccess | undefined;
}

function createStack(options: ContainerOptions, { network, ...others }: StackSurroundings): SipStack {
  const admit = options.security?.access && ((...arrival: Arrival) => network()?.admit(...arrival) ?? "take");
  return new SipStack({ ...options, ...others, admit });
}

/** A store that keeps nothing beyond this process is never written to. */
function persistenceOf(
  { store, engineName = randomUUID() }: ContainerOptions,
  parts: Omit<SessionPersistenceParts, "store" | "owner">,
): SessionPersistence | undefined {
  if (store === undefined || store.isVolatile) return undefined;
  return new SessionPersistence({ ...parts, store, owner: engineName });
}

/** Stored sessions whose engine is gone fire their timers here. */
function overdueWatches(
  { overdueTimeout: timeout = defaultOverdueTimeout }: ContainerOptions,
  clock: Clock,
  persistence: SessionPersistence | undefined,
): readonly OverdueWatch[] {
  if (persistence === undefined || timeout <= 0) return [];
  return [new OverdueWatch({ clock, timeout, takeOverdue: (limit) => persistence.takeOverdue(limit) })];
}

function moverOf(deployer: Deployer, applicationName: string): SessionMover | undefined {
  return deployer.deployments.find(({ application }) => application.name === applicationName)?.mover;
}

/** What registrars of applications need of the container. */
function registrarParts(
  { clock, random, log, transport }: SipStack,
  flows: ContainerFlows,
  secret: string | Uint8Array,
): Pick<DeploymentParts, "registrars" | "registrarSurroundings"> {
  const gruuKey = createHmac("sha256", secret).update("temporary GRUUs").digest();
  const isOwnHost = (host: string): boolean =>
    transport.transports.some(({ local }) => transport.isOwnAddress(host, local.port));
  return {
    registrars: new RegistrarTable(),
    registrarSurroundings: { clock, random, log, flows, gruuKey, isOwnHost },
  };
}

/** The ports upward are filled in once what implements them is made. */
function signallingOf(stack: SipStack, flows: ContainerFlows, registrars: RegistrarTable): Signalling {
  const { clock, random, log, transactions, transport, locator } = stack;
  const routes = new InternalRoutes(transport);
  const sender = new RequestSender({ transport, transactions, locator, clock, log, route: routes.route });
  const { timers } = transactions;
  const gruus: GruuLookUp = registrars.locateGruu;
  return { clock, random, log, transactions, sender, transport, flows, gruus, routes, timers } as Signalling;
}

/** What a proxy did not answer goes on; what nobody answered is watched. */
function afterHandler(
  message: DeliveredMessage,
  handler: Handler,
  proxies: ContainerProxies,
  watch: AnswerWatch,
): void {
  if (!(message instanceof ContainerSipServletRequest) || message.incoming?.isOpen !== true) return;
  if (message.existingProxy?.isProxying === true) return;
  if (message.session.role === "proxy" && !message.isInitial) proxies.forward(message);
  else watch.watch(message, handler.label);
}

function announce(container: SipContainer, log: Logger): void {
  log.info({}, `handlers\n${container.handlerTable}`);
  for (const place of container.listenPoints) log.info({}, `listening on ${place}`);
  if (container.httpUrl !== undefined) log.info({}, `listening on ${container.httpUrl.href}`);
}
