import {
  flowRoute,
  type BranchOptions,
  type Connection,
  type FlowRoute,
  type OwnRouteOptions,
  type ProxyBranch as EngineBranch,
  type ProxyContext,
  type RequestBuilder,
  type SipResponse,
} from "@siplet/core";
import { engineUri } from "../address/uris.js";
import type { Flow } from "../api/flow.js";
import { ProxyBranch, type Proxy, type SipServletRequest, type SipServletResponse } from "../api/object-model.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import type { CancelReason } from "../api/proxy.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { keyParameter } from "../session/session-keys.js";
import { MessageState } from "../message/message-state.js";
import { postMessage } from "../message/post-message.js";
import { existingUsage } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import type { BranchSettings } from "./branch-settings.js";
import { engineTarget, isSameTarget } from "./branch-way.js";
import { reasonFields } from "./reason-fields.js";

/** What a branch needs of its proxy. */
export interface BranchParent {
  readonly facade: Proxy;
  readonly request: ContainerSipServletRequest;
  readonly signalling: Signalling;
  readonly settings: BranchSettings;
  readonly parallel: boolean;
  /** Our own URI as text, before it is known where a request goes. */
  readonly ownUri: string;
  /** The branch of the API for one that grew out of another. */
  branchOf(engine: EngineBranch): ContainerProxyBranch;
  /** A response as applications see it. */
  show(response: SipResponse, branch: ContainerProxyBranch): SipServletResponse;
}

/** One target of a proxied request (JSR 289 §10.2). */
export class ContainerProxyBranch extends ProxyBranch {
  readonly target: Uri;
  readonly #way: ProxyTarget;
  readonly #parent: BranchParent;
  readonly #settings: BranchSettings;
  #request: ContainerSipServletRequest | undefined;
  #engine: EngineBranch | undefined;
  #lastResponse: SipResponse | undefined;
  #shown: SipServletResponse | undefined;
  #isDropped = false;

  /** @param engine the branch of the engine, for one that grew out of another */
  constructor(way: ProxyTarget, parent: BranchParent, settings: BranchSettings, engine?: EngineBranch) {
    super();
    this.target = way.uri.clone();
    this.#way = way;
    this.#parent = parent;
    this.#settings = settings;
    this.#engine = engine;
  }

  get engineBranch(): EngineBranch | undefined {
    return this.#engine;
  }

  get settings(): BranchSettings {
    return this.#settings;
  }

  get proxy(): Proxy {
    return this.#parent.facade;
  }

  /** The request of this branch, changeable until it starts: its Request-URI, headers and routes. */
  get request(): SipServletRequest {
    return (this.#request ??= this.#createRequest());
  }

  get response(): SipServletResponse | undefined {
    const last = this.#engine?.response ?? this.#lastResponse;
    if (last === undefined) return undefined;
    if (this.#shown === undefined || last !== this.#lastResponse) this.#shown = this.#parent.show(last, this);
    this.#lastResponse = last;
    return this.#shown;
  }

  get isStarted(): boolean {
    return this.#engine !== undefined;
  }

  get recurse(): boolean {
    return this.#settings.recurse;
  }

  set recurse(recurse: boolean) {
    this.#settings.recurse = recurse;
  }

  get recordRoute(): boolean {
    return this.#settings.recordRoute;
  }

  set recordRoute(recordRoute: boolean) {
    this.#requireUnstarted("recordRoute");
    this.#settings.recordRoute = recordRoute;
  }

  get addToPath(): boolean {
    return this.#settings.addToPath;
  }

  set addToPath(addToPath: boolean) {
    this.#requireUnstarted("addToPath");
    this.#settings.addToPath = addToPath;
  }

  get proxyBranchTimeout(): number {
    return this.#settings.timeout;
  }

  set proxyBranchTimeout(seconds: number) {
    const { parallel, settings } = this.#parent;
    this.#settings.setTimeout(seconds, parallel ? settings.timeout : undefined);
  }

  getRecordRouteUri(): SipUri {
    return this.#settings.getRecordRouteUri(this.#parent.ownUri);
  }

  getPathUri(): SipUri {
    return this.#settings.getPathUri(this.#parent.ownUri);
  }

  get recursedProxyBranches(): readonly ProxyBranch[] {
    return (this.#engine?.children ?? []).map((child) => this.#parent.branchOf(child));
  }

  setOutboundInterface(outboundInterface: OutboundInterface): void {
    this.#settings.setOutbound(outboundInterface);
    this.#requireUnstarted("setOutboundInterface");
  }

  get flow(): Flow | undefined {
    return this.#settings.flow;
  }

  set flow(flow: Flow | undefined) {
    this.#requireUnstarted("flow");
    this.#settings.setFlow(flow);
  }

  cancel(reasons?: readonly CancelReason[]): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) {
      this.#isDropped = true;
      return Promise.resolve();
    }
    if (engine.state === "completed" && engine.children.length === 0) {
      throw new IllegalStateError("state.proxy", { detail: `the branch to ${this.target.toString()} has ended` });
    }
    return postMessage(this.#parent.request.session, () => engine.cancel(reasonFields(reasons)));
  }

  /** Whether it was cancelled before it began: it never will. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Whether a target is that of this branch. */
  isFor(target: ProxyTarget): boolean {
    return isSameTarget(this.#way, target);
  }

  /**
   * Where the request came to us by a flow token of ours and goes on as it came: the flow it has to take, or the status that
   * refuses it (RFC 5626 §5.3). What the application chose counts more.
   */
  get route(): FlowRoute {
    const { request, signalling } = this.#parent;
    const { popped } = request.routed;
    const isRetargeted = String(engineUri(this.target)) !== String(engineUri(request.requestUri));
    if (popped.length === 0 || isRetargeted || this.#settings.flow !== undefined) return { kind: "none" };
    return flowRoute(popped, this.#incoming(), signalling.flows);
  }

  /** Hands the branch to the engine; it is sent by the next start of the context. False: each of its flows is gone. */
  start(context: ProxyContext, route: FlowRoute): boolean {
    const { request, signalling } = this.#parent;
    const { flows } = signalling;
    const state = (this.#request ?? request).state;
    const own = { ...this.#options(), request: state.request() };
    const routedTo = route.kind === "flow" ? route.connection : undefined;
    const way = { ...this.#way, uri: this.#request?.requestUri ?? this.target };
    const found = engineTarget(way, own, { request: own.request, incoming: this.#incoming(), routedTo, flows });
    if (found === undefined) return false;
    this.#engine = context.addTarget(found.uri, this.#bound(found.options));
    this.#request?.state.commit();
    return true;
  }

  /** Keeps what came last. */
  receive(response: SipResponse): void {
    this.#lastResponse = response;
    this.#shown = undefined;
  }

  /** A flow in Record-Route keeps the dialog here, whether that was asked for or not. */
  #bound(options: BranchOptions): BranchOptions {
    const { recordRoute = false } = options;
    if (this.#settings.recordRoute || typeof recordRoute === "boolean") return options;
    this.#settings.recordRoute = true;
    return { ...options, recordRoute: this.#keyed(recordRoute) };
  }

  #options(): BranchOptions {
    const { recurse, outbound, flow, recordRoute, recordRouteUri, addToPath, pathUri } = this.#settings;
    return {
      recurse,
      connection: flow?.connection,
      recordRoute: recordRoute && this.#keyed(recordRouteUri?.added),
      path: addToPath && (pathUri?.added ?? true),
      branchTimeout: this.#timeout(),
      from: outbound ?? existingUsage(this.#parent.request.session)?.outbound,
    };
  }

  /** The key brings the requests of the dialog to the session of this application. */
  #keyed(route: OwnRouteOptions = {}): OwnRouteOptions {
    const { parameters = [] } = route as { readonly parameters?: [string, string | true][] };
    return { ...route, parameters: [...parameters, [keyParameter, this.#parent.request.requireSession().key]] };
  }

  /** Where all targets are tried at once, one clock serves all that have no shorter time of their own. */
  #timeout(): number | undefined {
    const { timeout } = this.#settings;
    const { parallel, settings } = this.#parent;
    return parallel && timeout >= settings.timeout ? undefined : timeout * 1000;
  }

  /** The connection the request came by. */
  #incoming(): Connection {
    const { incoming } = this.#parent.request;
    if (incoming !== undefined) return incoming.transaction.connection;
    throw new IllegalStateError("state.proxy", { detail: "only a received request is proxied" });
  }

  #createRequest(): ContainerSipServletRequest {
    const { request } = this.#parent;
    const copy = new MessageState(request.state.request());
    const draft = copy.draft() as RequestBuilder;
    draft.requestUri = engineUri(this.target);
    if (this.isStarted) copy.commit();
    const { session, method, isInitial } = request;
    return new ContainerSipServletRequest({ state: copy, session, method, isInitial });
  }

  #requireUnstarted(what: string): void {
    if (this.isStarted) throw new IllegalStateError("state.proxy", { detail: `${what}: the branch has started` });
  }
}
