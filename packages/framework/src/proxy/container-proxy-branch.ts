import {
  createHeaderField,
  type BranchOptions,
  type HeaderField,
  type ProxyBranch as EngineBranch,
  type ProxyContext,
} from "@siplet/core";
import type { ContainerSipUri } from "../address/container-sip-uri.js";
import type { Flow } from "../api/flow.js";
import { ProxyBranch, type Proxy, type SipServletRequest, type SipServletResponse } from "../api/object-model.js";
import type { CancelReason } from "../api/proxy.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { keyParameter } from "../session/session-keys.js";
import { MessageState } from "../message/message-state.js";
import { engineTarget, isSameTarget, type ProxyPassage } from "./branch-way.js";

/** What a branch takes over from its proxy unless it is said otherwise for the branch. */
export interface BranchSettings {
  recurse: boolean;
  recordRoute: boolean;
  addToPath: boolean;
  /** Seconds. */
  timeout: number;
}

/** What a branch needs of its proxy. */
export interface BranchParent {
  readonly facade: Proxy;
  readonly request: ContainerSipServletRequest;
  readonly settings: BranchSettings;
  readonly parallel: boolean;
  readonly passage: ProxyPassage;
  ownUri(): ContainerSipUri;
}

/** One target of a proxied request (JSR 289 §10.2). */
export class ContainerProxyBranch extends ProxyBranch {
  readonly target: Uri;
  readonly #way: ProxyTarget;
  readonly #parent: BranchParent;
  readonly #settings: BranchSettings;
  #request: ContainerSipServletRequest | undefined;
  #recordRouteUri: ContainerSipUri | undefined;
  #pathUri: ContainerSipUri | undefined;
  #engine: EngineBranch | undefined;
  #lastResponse: SipServletResponse | undefined;

  constructor(target: ProxyTarget, parent: BranchParent) {
    super();
    this.target = target.uri.clone();
    this.#way = { ...target, uri: this.target };
    this.#parent = parent;
    this.#settings = { ...parent.settings };
  }

  get engineBranch(): EngineBranch | undefined {
    return this.#engine;
  }

  get proxy(): Proxy {
    return this.#parent.facade;
  }

  /** The request of this branch, changeable until it starts. */
  get request(): SipServletRequest {
    return this.#ownRequest();
  }

  get response(): SipServletResponse | undefined {
    return this.#lastResponse;
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
    const limit = this.#parent.settings.timeout;
    if (!(seconds > 0) || (this.#parent.parallel && seconds > limit)) {
      throw new IllegalArgumentError("argument.invalid", {
        detail: `branch timeout ${seconds} s is not within 0 and ${limit}`,
      });
    }
    this.#settings.timeout = seconds;
  }

  getRecordRouteUri(): SipUri {
    if (!this.#settings.recordRoute) throw new IllegalStateError("state.proxy", { detail: "set recordRoute first" });
    return (this.#recordRouteUri ??= this.#parent.ownUri());
  }

  getPathUri(): SipUri {
    if (!this.#settings.addToPath) throw new IllegalStateError("state.proxy", { detail: "set addToPath first" });
    return (this.#pathUri ??= this.#parent.ownUri());
  }

  get recursedProxyBranches(): readonly ProxyBranch[] {
    return (this.#engine?.children ?? []).map((child) => this.#childOf(child));
  }

  setOutboundInterface(): void {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "setOutboundInterface" });
  }

  get flow(): Flow | undefined {
    return undefined;
  }

  set flow(_flow: Flow | undefined) {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "flow" });
  }

  async cancel(reasons?: readonly CancelReason[]): Promise<void> {
    if (this.#engine === undefined || this.#engine.state === "completed") {
      throw new IllegalStateError("state.proxy", { detail: "the branch was not started or has ended" });
    }
    this.#engine.cancel(reasonFields(reasons));
  }

  /** Whether a target is that of this branch. */
  isFor(target: ProxyTarget): boolean {
    return isSameTarget(this.#way, target);
  }

  /** Hands the branch to the engine; it is sent by the next start of the context. False: its flow is gone. */
  start(context: ProxyContext): boolean {
    const found = engineTarget(this.#way, this.#options(), this.#parent.passage);
    if (found !== undefined) this.#engine = context.addTarget(found.uri, found.options);
    return found !== undefined;
  }

  /** Keeps what came last. */
  receive(response: SipServletResponse): void {
    this.#lastResponse = response;
  }

  #options(): BranchOptions {
    const { recurse, recordRoute, addToPath, timeout } = this.#settings;
    return {
      recurse,
      recordRoute: recordRoute && { parameters: [...extraParameters(this.#recordRouteUri), this.#keyParameter()] },
      path: addToPath && { parameters: extraParameters(this.#pathUri) },
      branchTimeout: this.#parent.parallel ? undefined : timeout * 1000,
      request: (this.#request ?? this.#parent.request).state.request(),
    };
  }

  #ownRequest(): ContainerSipServletRequest {
    const { request } = this.#parent;
    const copy = new MessageState(request.state.request());
    copy.draft();
    const { session, method, isInitial } = request;
    return (this.#request ??= new ContainerSipServletRequest({ state: copy, session, method, isInitial }));
  }

  /** By it the requests of the dialog find the session of this application. */
  #keyParameter(): [string, string] {
    return [keyParameter, this.#parent.request.requireSession().key];
  }

  #childOf(child: EngineBranch): ProxyBranch {
    const branch = new ContainerProxyBranch(this.#way, this.#parent);
    branch.#engine = child;
    return branch;
  }

  #requireUnstarted(what: string): void {
    if (this.isStarted) throw new IllegalStateError("state.proxy", { detail: `${what}: the branch has started` });
  }
}

const ownParameters = new Set(["lr", "transport", keyParameter]);

/** What the application put on its own URI, beside what the container writes. */
export function extraParameters(uri: SipUri | undefined): [string, string | true][] {
  const names = uri?.getParameterNames().filter((name) => !ownParameters.has(name.toLowerCase())) ?? [];
  return names.map((name) => [name, uri?.getParameter(name) || true]);
}

/** Reason header fields for a CANCEL (RFC 3326). */
export function reasonFields(reasons: readonly CancelReason[] | undefined): HeaderField[] | undefined {
  return reasons?.map(({ protocol, code, text }) => {
    const quoted = text === undefined ? "" : `;text="${text.replace(/["\\]/g, "\\$&")}"`;
    return createHeaderField("Reason", `${protocol};cause=${code}${quoted}`);
  });
}
