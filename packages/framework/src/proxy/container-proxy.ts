import {
  formatHost,
  isEngineError,
  isLooped,
  ProxyContext,
  reachableAddress,
  type ForkMode,
  type HeaderField,
  type ProxyBranch as EngineBranch,
  type ProxyOptions,
  type DeferredRequestRouter,
  type SipResponse,
} from "@siplet/core";
import { uriOf } from "../address/uris.js";
import type { Flow } from "../api/flow.js";
import { Proxy, type ProxyBranch, type SipServletRequest, type SipServletResponse } from "../api/object-model.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import type { CancelReason } from "../api/proxy.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { SipUri } from "../api/sip-uri.js";
import { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { AnsweringProxy, ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../message/container-sip-servlet-response.js";
import { postMessage } from "../message/post-message.js";
import type { Signalling } from "../message/signalling.js";
import { BranchSettings } from "./branch-settings.js";
import { ContainerProxyBranch, type BranchParent } from "./container-proxy-branch.js";
import { loopSaltOf } from "./loop-salt.js";
import { ProxyWatch, type WatchedProxy } from "./proxy-watch.js";
import { reasonFields } from "./reason-fields.js";
import { requireTargets } from "./require-targets.js";

/** How many branches of a request may run at once where it names no number (RFC 5393 §5.3.3). */
const defaultBreadth = 60;

/**
 * The proxying of one initial request by an application (JSR 289 §10). Longer than usual: the interface has that many
 * members.
 */
export class ContainerProxy extends Proxy implements AnsweringProxy, BranchParent, ProxyOptions, WatchedProxy {
  readonly request: ContainerSipServletRequest;
  readonly signalling: Signalling;
  readonly settings: BranchSettings;
  readonly loopSalt: string;
  /** Each branch goes to the next application first, if there is one. */
  readonly route: DeferredRequestRouter;
  parallel = true;
  stateful = true;
  supervised = true;
  noCancel = false;
  readonly #watch: ProxyWatch;
  readonly #branches: ContainerProxyBranch[] = [];
  readonly #waiting: ContainerProxyBranch[] = [];
  readonly #recursed = new Map<EngineBranch, ContainerProxyBranch>();
  #context: ProxyContext | undefined;
  #hasStarted = false;

  constructor(request: ContainerSipServletRequest, signalling: Signalling) {
    super();
    const { application } = request.session;
    this.request = request;
    this.signalling = signalling;
    this.loopSalt = loopSaltOf(request);
    this.route = signalling.chains.routeOf({ directive: "CONTINUE", original: request });
    this.settings = new BranchSettings(signalling, application.proxyTimeout);
    this.#watch = new ProxyWatch(this, signalling);
  }

  get facade(): Proxy {
    return this;
  }

  /** How the engine tries the targets; a URI alone is as wanted as can be. */
  get mode(): ForkMode {
    return this.parallel ? "groups" : "sequential";
  }

  /** Milliseconds for all targets; in a sequential search each has its own time. */
  get timeout(): number | undefined {
    return this.parallel ? this.settings.timeout * 1000 : undefined;
  }

  /** Half of the breadth stays for targets that the application adds while others ring. */
  get breadthReserve(): number {
    return Math.floor(Math.min(this.request.maxBreadth ?? defaultBreadth, defaultBreadth) / 2);
  }

  /** All at once was asked for: 440 where that cannot be; those that are added later wait for their turn. */
  get refusesNarrowBreadth(): boolean {
    return this.parallel && !this.#hasStarted;
  }

  get isProxying(): boolean {
    return this.#context !== undefined;
  }

  get originalRequest(): SipServletRequest {
    return this.request;
  }

  get recurse(): boolean {
    return this.settings.recurse;
  }

  set recurse(recurse: boolean) {
    this.settings.recurse = recurse;
  }

  get recordRoute(): boolean {
    return this.settings.recordRoute;
  }

  set recordRoute(recordRoute: boolean) {
    if (this.isProxying) throw new IllegalStateError("state.proxy", { detail: "recordRoute: the proxy has started" });
    this.settings.recordRoute = recordRoute;
  }

  get addToPath(): boolean {
    return this.settings.addToPath;
  }

  set addToPath(addToPath: boolean) {
    this.settings.addToPath = addToPath;
  }

  get proxyTimeout(): number {
    return this.settings.timeout;
  }

  set proxyTimeout(seconds: number) {
    this.settings.setTimeout(seconds);
  }

  get sequentialSearchTimeout(): number {
    return this.proxyTimeout;
  }

  set sequentialSearchTimeout(seconds: number) {
    this.proxyTimeout = seconds;
  }

  get proxyBranches(): readonly ProxyBranch[] {
    return this.#branches;
  }

  getProxyBranch(uri: Uri): ProxyBranch | undefined {
    return this.#branches.find((branch) => branch.target.equals(uri));
  }

  createProxyBranches(targets: readonly (Uri | ProxyTarget)[]): readonly ProxyBranch[] {
    this.#requireOpen();
    const ways = requireTargets(targets, this.request.state.request());
    const branches: ContainerProxyBranch[] = [];
    for (const way of ways) {
      if (this.#branches.some((branch) => branch.isFor(way))) continue;
      const branch = new ContainerProxyBranch(way, this, this.settings.copy());
      branches.push(branch);
      this.#branches.push(branch);
    }
    this.#waiting.push(...branches);
    return branches;
  }

  proxyTo(targets: Uri | ProxyTarget | readonly (Uri | ProxyTarget)[]): Promise<void> {
    const all = isList(targets) ? targets : [targets];
    const fresh = this.createProxyBranches(all);
    if (fresh.length > 0 || this.#waiting.length > 0) return this.startProxy();
    const uris = all.map((each) => (each instanceof Uri ? each : each.uri).toString());
    throw new IllegalArgumentError("argument.invalid", {
      detail: `${uris.join(", ")}: each target is tried once (RFC 3261 §16.5)`,
    });
  }

  startProxy(): Promise<void> {
    this.#requireOpen();
    const branches = this.#waiting.splice(0).filter(({ isDropped }) => !isDropped);
    if (branches.length === 0) {
      throw new IllegalStateError("state.proxy", { detail: "there are no branches to start; create some first" });
    }
    const context = this.#open();
    return postMessage(this.request.session, () => this.#start(branches, context));
  }

  cancel(reasons?: readonly CancelReason[]): Promise<void> {
    for (const branch of this.#waiting.splice(0)) void branch.cancel();
    const context = this.#context;
    if (context === undefined) return Promise.resolve();
    if (context.finalStatus !== 0) {
      throw new IllegalStateError("state.proxy", { detail: "the best response was already forwarded" });
    }
    return postMessage(this.request.session, () => context.cancel(reasonFields(reasons)));
  }

  cancelByCaller(reasons: readonly HeaderField[]): boolean {
    this.#context?.cancelledByClient(reasons);
    return this.isProxying;
  }

  /** The application answers by itself: one branch of several, its virtual branch (JSR 289 §10.2.4). */
  respond(response: ContainerSipServletResponse): Promise<void> {
    const context = this.#open();
    if (context.finalStatus !== 0) {
      throw new IllegalStateError("state.transaction", { detail: "the best response was already forwarded" });
    }
    if (response.status >= 200 && response.status < 300) return this.#watch.answer(response, context);
    response.state.commit();
    return postMessage(this.request.session, () => context.respond(response.state.response()));
  }

  getRecordRouteUri(): SipUri {
    return this.settings.getRecordRouteUri(this.ownUri);
  }

  getPathUri(): SipUri {
    return this.settings.getPathUri(this.ownUri);
  }

  get ownUri(): string {
    const { connection } = this.request.state;
    if (connection === undefined) return "sip:container.invalid;lr";
    const { host, port } = reachableAddress(connection.transport, connection.remote);
    return `sip:${formatHost(host)}:${port};lr`;
  }

  setOutboundInterface(outboundInterface: OutboundInterface): void {
    this.settings.setOutbound(outboundInterface);
    this.#requireOpen();
  }

  get flow(): Flow | undefined {
    if (this.settings.flow !== undefined) return this.settings.flow;
    const { connection } = this.request.state;
    return connection && this.signalling.flows.of(connection, this.request.session.application);
  }

  set flow(flow: Flow | undefined) {
    this.settings.setFlow(flow);
  }

  branchOf(engine: EngineBranch): ContainerProxyBranch {
    const known = this.#branches.find((branch) => branch.engineBranch === engine) ?? this.#recursed.get(engine);
    if (known !== undefined) return known;
    const settings = engine.parent === undefined ? this.settings : this.branchOf(engine.parent).settings;
    const branch = new ContainerProxyBranch({ uri: uriOf(engine.target) }, this, settings.copy(), engine);
    this.#recursed.set(engine, branch);
    return branch;
  }

  show(response: SipResponse, branch: ContainerProxyBranch): SipServletResponse {
    return this.#watch.wrap(response, { session: this.request.session, branch, isBranchResponse: true });
  }

  #open(): ProxyContext {
    if (this.#context !== undefined) return this.#context;
    const { incoming, session } = this.request;
    if (incoming === undefined) {
      throw new IllegalStateError("state.proxy", { detail: "only a received request is proxied" });
    }
    session.role = "proxy";
    if (session.dialogState === "EARLY") {
      session.leaveDialog();
      session.moveTo("INITIAL");
    }
    this.#context = new ProxyContext({
      services: this.signalling,
      transaction: incoming.transaction,
      request: this.request.state.request(),
      user: this.#watch,
      options: this,
    });
    this.#watch.attach(this.#context, incoming.request);
    this.request.onward = this;
    return this.#context;
  }

  #start(branches: readonly ContainerProxyBranch[], context: ProxyContext): void {
    if (this.#isLooped(context)) return context.respond(context.createOwnResponse(482));
    try {
      const refusals = branches.flatMap((branch) => this.#begin(branch, context));
      if (refusals.length < branches.length) context.start();
      for (const status of refusals) context.respond(context.createOwnResponse(status));
    } catch (error) {
      if (isEngineError(error) && error.code === "proxy.state") {
        throw new IllegalStateError("state.proxy", { detail: error.message, cause: error });
      }
      throw error;
    }
    this.#hasStarted = true;
  }

  /** It passed this application before, and nothing has changed that decides where it goes (RFC 5393 §4.2.2). */
  #isLooped({ loopHash, request }: ProxyContext): boolean {
    return loopHash !== undefined && isLooped(request, loopHash, this.signalling.transport);
  }

  /** Hands a branch to the engine, or says why it cannot be: a user agent whose flow is gone cannot be reached now. */
  #begin(branch: ContainerProxyBranch, context: ProxyContext): number[] {
    const { route } = branch;
    if (route.kind === "rejected") return [route.statusCode];
    return branch.start(context, route) ? [] : [480];
  }

  #requireOpen(): void {
    const isOpen = this.#context?.isOpen ?? this.request.incoming?.isOpen ?? false;
    if (isOpen) return;
    throw new IllegalStateError("state.proxy", { detail: "the request has its final response, or was cancelled" });
  }
}

function isList<T extends object>(targets: T | readonly T[]): targets is readonly T[] {
  return Array.isArray(targets);
}
