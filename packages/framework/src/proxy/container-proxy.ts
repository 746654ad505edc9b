import { ProxyContext, type ProxyBranch as EngineBranch, type ProxyOptions } from "@siplet/core";
import type { ContainerSipUri } from "../address/container-sip-uri.js";
import { createUri } from "../address/uris.js";
import type { Flow } from "../api/flow.js";
import { Proxy, type ProxyBranch, type SipServletRequest } from "../api/object-model.js";
import type { CancelReason } from "../api/proxy.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { AnsweringProxy, ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../message/container-sip-servlet-response.js";
import type { Signalling } from "../message/signalling.js";
import {
  ContainerProxyBranch,
  reasonFields,
  type BranchParent,
  type BranchSettings,
} from "./container-proxy-branch.js";
import { ProxyWatch, type WatchOptions } from "./proxy-watch.js";

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
  get mode(): "parallel" | "sequential" {
    return this.parallel ? "parallel" : "sequential";
  }

  /** Milliseconds for all targets; in a sequential search each has its own time. */
  get timeout(): number | undefined {
    return this.parallel ? this.settings.timeout * 1000 : undefined;
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

  createProxyBranches(targets: readonly Uri[]): readonly ProxyBranch[] {
    for (const target of targets) requireRoutable(target);
    const fresh = targets.filter((target) => this.getProxyBranch(target) === undefined);
    const branches = fresh.map((target) => new ContainerProxyBranch(target.clone(), this));
    this.#branches.push(...branches);
    this.#waiting.push(...branches);
    return branches;
  }

  proxyTo(targets: Uri | readonly Uri[]): Promise<void> {
    this.createProxyBranches(Array.isArray(targets) ? (targets as readonly Uri[]) : [targets as Uri]);
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
      transmit: () => {
        for (const branch of branches) branch.start(context);
        context.start();
      },
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

  #open(): ProxyContext {
    if (this.#context !== undefined) return this.#context;
    const { incoming } = this.request;
    if (incoming === undefined) {
      throw new IllegalStateError("state.proxy", { detail: "only a received request is proxied" });
    }
    const context = new ProxyContext({
      services: this.#signalling,
      transaction: incoming.transaction,
      request: this.request.state.request(),
      user: this.#watch,
      options: this,
    });
    this.#watch.attach(context);
    this.#context = context;
    return context;
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

function requireRoutable(target: Uri): void {
  if (target === undefined || target === null) {
    throw new IllegalArgumentError("argument.missing", { detail: "a target URI" });
  }
  if (target.isSipUri) return;
  throw new IllegalArgumentError("argument.scheme", {
    detail: `${target.toString()}: a proxy sends to sip and sips; resolve tel URIs with DnsResolver first`,
  });
}
