import {
  flowRoute,
  ProxyContext,
  type ForkMode,
  type ProxyBranch as EngineBranch,
  type ProxyOptions,
  type RequestRouter,
} from "@siplet/core";
import type { ContainerSipUri } from "../address/container-sip-uri.js";
import { createUri } from "../address/uris.js";
import type { Flow } from "../api/flow.js";
import { Proxy, type ProxyBranch, type SipServletRequest } from "../api/object-model.js";
import type { CancelReason } from "../api/proxy.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { originOf } from "../message/chain-context.js";
import type {
  AnsweringProxy,
  ContainerSipServletRequest,
  IncomingEnd,
} from "../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../message/container-sip-servlet-response.js";
import type { Signalling } from "../message/signalling.js";
import { asProxyTarget, bindsDialog, type ProxyPassage } from "./branch-way.js";
import {
  ContainerProxyBranch,
  reasonFields,
  type BranchParent,
  type BranchSettings,
} from "./container-proxy-branch.js";
import { ProxyWatch, type WatchOptions } from "./proxy-watch.js";

/** How many branches of a request may run at once where it names no number (RFC 5393 §5.3.3). */
const defaultBreadth = 60;

/** The proxying of one initial request by an application (JSR 289 §10). */
export class ContainerProxy extends Proxy implements AnsweringProxy, BranchParent, ProxyOptions, WatchOptions {
  readonly request: ContainerSipServletRequest;
  readonly settings: BranchSettings;
  parallel = true;
  stateful = true;
  supervised = true;
  noCancel = false;
  readonly #signalling: Signalling;
  readonly #watch: ProxyWatch;
  readonly #branches: ContainerProxyBranch[] = [];
  readonly #waiting: ContainerProxyBranch[] = [];
  #context: ProxyContext | undefined;
  #passage: ProxyPassage | undefined;
  #recordRouteUri: ContainerSipUri | undefined;
  #pathUri: ContainerSipUri | undefined;

  /** @param timeout seconds, from the application */
  constructor(request: ContainerSipServletRequest, signalling: Signalling, timeout: number) {
    super();
    this.request = request;
    this.settings = { recurse: true, recordRoute: false, addToPath: false, timeout };
    this.#signalling = signalling;
    this.#watch = new ProxyWatch(request, signalling, this);
  }

  get facade(): Proxy {
    return this;
  }

  /** How the engine tries the targets. */
  get mode(): ForkMode {
    return this.parallel ? "groups" : "sequential";
  }

  /** Milliseconds for all targets; in a sequential search each has its own time. */
  get timeout(): number | undefined {
    return this.parallel ? this.settings.timeout * 1000 : undefined;
  }

  /** Applications differ, so that one behind the other is no loop (RFC 5393 §4.2.1). */
  get loopSalt(): string {
    return this.request.applicationSession.applicationName;
  }

  /** Half of what may run at once is kept: `proxyTo` may be called again while branches run (RFC 5393 §5.3.3). */
  get breadthReserve(): number {
    return Math.floor(Math.min(this.request.maxBreadth ?? defaultBreadth, defaultBreadth) / 2);
  }

  /** A branch that leads to this container stays in it. */
  readonly route: RequestRouter = (request, nextHop) => {
    const { chain, state } = this.request;
    return this.#signalling.routes.find(request, nextHop, { origin: originOf(state.connection), context: chain });
  };

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
    if (!(seconds > 0)) throw new IllegalArgumentError("argument.invalid", { detail: `proxy timeout ${seconds} s` });
    this.settings.timeout = seconds;
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
    for (const target of targets) requireRoutable(target);
    const wanted = targets.map(asProxyTarget);
    const fresh = wanted.filter((target) => !this.#branches.some((branch) => branch.isFor(target)));
    if (bindsDialog(fresh, this.passage)) this.settings.recordRoute = true;
    const branches = fresh.map((target) => new ContainerProxyBranch(target, this));
    this.#branches.push(...branches);
    this.#waiting.push(...branches);
    return branches;
  }

  proxyTo(targets: Uri | ProxyTarget | readonly (Uri | ProxyTarget)[]): Promise<void> {
    this.createProxyBranches(isList(targets) ? targets : [targets]);
    return this.startProxy();
  }

  startProxy(): Promise<void> {
    if (this.#branches.length === 0) {
      throw new IllegalStateError("state.proxy", { detail: "there are no branches to start" });
    }
    const context = this.#open();
    if (!context.isOpen) {
      throw new IllegalStateError("state.proxy", { detail: "the best response was already forwarded" });
    }
    const { session } = this.request;
    session.role = "proxy";
    session.isOffPath = !this.settings.recordRoute;
    const branches = this.#waiting.splice(0);
    const failures: Error[] = [];
    session.applicationSession.outbox.post({
      transmit: () => this.#start(context, branches),
      discard: (reason) => void failures.push(reason as Error),
    });
    const [failure] = failures;
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  }

  async cancel(reasons?: readonly CancelReason[]): Promise<void> {
    if (this.#context === undefined || this.#context.finalStatus !== 0) {
      throw new IllegalStateError("state.proxy", { detail: "nothing is being proxied" });
    }
    this.#context.cancel(reasonFields(reasons));
  }

  /** The caller has cancelled; false when nothing was proxied yet, so that 487 is the answer. */
  cancelByCaller(): boolean {
    if (this.#context === undefined) return false;
    this.#context.cancelledByClient();
    return true;
  }

  /** The application answers by itself: one branch of several. */
  async respond(response: ContainerSipServletResponse): Promise<void> {
    const message = response.state.response();
    response.state.commit();
    this.#open().respond(message);
  }

  getRecordRouteUri(): SipUri {
    if (!this.recordRoute) throw new IllegalStateError("state.proxy", { detail: "set recordRoute first" });
    return (this.#recordRouteUri ??= this.ownUri());
  }

  getPathUri(): SipUri {
    if (!this.addToPath) throw new IllegalStateError("state.proxy", { detail: "set addToPath first" });
    return (this.#pathUri ??= this.ownUri());
  }

  ownUri(): ContainerSipUri {
    const base = this.#recordRouteUri ?? (createUri("sip:container.invalid;lr") as ContainerSipUri);
    return base.clone();
  }

  setOutboundInterface(): void {
    throw new IllegalStateError("state.proxy", {
      detail: "setOutboundInterface: the container chooses the listener by the target",
    });
  }

  get flow(): Flow | undefined {
    return undefined;
  }

  set flow(_flow: Flow | undefined) {
    throw new IllegalStateError("state.flow", { detail: "flows are not offered here" });
  }

  /** What decides about the ways of the request, beside its targets. */
  get passage(): ProxyPassage {
    return (this.#passage ??= this.#readPassage());
  }

  #readPassage(): ProxyPassage {
    const { flows } = this.#signalling;
    const { connection: incoming } = this.#incoming().transaction;
    const { request, popped } = this.request.routed;
    const route = flowRoute(popped, incoming, flows);
    const routedTo = route.kind === "flow" ? route.connection : undefined;
    return { request, incoming, routedTo, rejection: route.kind === "rejected" ? route.statusCode : undefined, flows };
  }

  /** Starts the branches; a user agent whose flow is gone cannot be reached now (RFC 5626 §5.3). */
  #start(context: ProxyContext, branches: readonly ContainerProxyBranch[]): void {
    const { rejection } = this.passage;
    if (rejection !== undefined) return context.respond(context.createOwnResponse(rejection));
    const reached = branches.filter((branch) => branch.start(context));
    if (reached.length > 0) context.start();
    if (reached.length < branches.length) context.respond(context.createOwnResponse(480));
  }

  #open(): ProxyContext {
    if (this.#context !== undefined) return this.#context;
    const context = new ProxyContext({
      services: this.#signalling,
      transaction: this.#incoming().transaction,
      request: this.request.state.request(),
      user: this.#watch,
      options: this,
    });
    this.#watch.attach(context);
    this.#context = context;
    return context;
  }

  #incoming(): IncomingEnd {
    const { incoming } = this.request;
    if (incoming !== undefined) return incoming;
    throw new IllegalStateError("state.proxy", { detail: "only a received request is proxied" });
  }

  /** The branch behind one of the engine, or behind the one that it grew from. */
  branchOf(engine: EngineBranch): ContainerProxyBranch | undefined {
    const top = topOf(engine);
    return this.#branches.find((branch) => branch.engineBranch === top);
  }
}

function topOf(branch: EngineBranch): EngineBranch {
  let top = branch;
  while (top.parent !== undefined) top = top.parent;
  return top;
}

function isList(
  targets: Uri | ProxyTarget | readonly (Uri | ProxyTarget)[],
): targets is readonly (Uri | ProxyTarget)[] {
  return Array.isArray(targets);
}

function requireRoutable(target: Uri | ProxyTarget): void {
  if (target === undefined || target === null) {
    throw new IllegalArgumentError("argument.missing", { detail: "a target URI" });
  }
  const { uri } = asProxyTarget(target);
  if (uri.isSipUri) return;
  throw new IllegalArgumentError("argument.scheme", {
    detail: `${uri.toString()}: a proxy sends to sip and sips; resolve tel URIs with DnsResolver first`,
  });
}
