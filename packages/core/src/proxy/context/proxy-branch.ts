import { detachedText } from "../../grammar/detached-text.js";
import { EngineError } from "../../errors/engine-error.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ClientTransaction } from "../../transaction/client-transaction.js";
import type { SendRequestOptions, SentRequestUser } from "../../transaction/sent-request.js";
import type { Connection } from "../../transport/transport.js";
import { parseUri, tryParseUri } from "../../uri/parse-uri.js";
import type { Uri } from "../../uri/uri.js";
import { forwardCopy } from "../request/forward-copy.js";
import { loopBranch } from "../request/loop-detection.js";
import { maxBreadthField } from "../request/max-breadth.js";
import { adaptToStrictRouter, pushRoutes } from "../request/strict-route.js";
import { withoutOwnVia } from "../request/without-own-via.js";
import type { BranchOwner } from "./branch-owner.js";
import { BranchTimers, type BranchTimersUser } from "./branch-timers.js";
import { defaultTimerC, type BranchOptions } from "./proxy-options.js";
import type { SentBranch } from "./proxy-services.js";
import { failureStatus, sendFailure } from "./send-failure.js";
import type { TargetSet } from "./target-set.js";

/** Not sent yet; sent; answered by a provisional; answered, failed or never to be sent. */
export type ProxyBranchState = "waiting" | "calling" | "proceeding" | "completed";

/** What a branch is made of. */
export interface ProxyBranchParts {
  readonly target: Uri | string;
  readonly options: BranchOptions;
  /** The targets it stands among. */
  readonly set: TargetSet<ProxyBranch>;
}

const released: BranchOptions = {};
const noChildren: readonly ProxyBranch[] = [];

/** One target of a proxied request: the copy that goes there and what becomes of it (RFC 3261 §16.6). */
export class ProxyBranch implements SentRequestUser, BranchTimersUser {
  /** The targets it stands among. */
  readonly set: TargetSet<ProxyBranch>;
  readonly #owner: BranchOwner<ProxyBranch>;
  #options: BranchOptions;
  #target: Uri | string;
  #draft: RequestBuilder | undefined;
  #connection: Connection | undefined;
  #sent: SentBranch | undefined;
  #state: ProxyBranchState = "waiting";
  #response: SipResponse | undefined;
  #error: EngineError | undefined;
  #children: readonly ProxyBranch[] = noChildren;
  #share = 0;
  #isCancelled = false;
  #isExpired = false;
  #timers: BranchTimers | undefined;

  constructor({ target, options, set }: ProxyBranchParts, owner: BranchOwner<ProxyBranch>) {
    this.#target = target;
    this.#options = options;
    this.set = set;
    this.#owner = owner;
  }

  /** The URI the request is sent for. @throws EngineError `uri.malformed` when it was given as a text that is none */
  get target(): Uri {
    return typeof this.#target === "string" ? (this.#target = parseUri(this.#target)) : this.#target;
  }

  /** Whether this is the URI of the branch (RFC 3261 §19.1.4). */
  hasTarget(uri: Uri): boolean {
    const target = typeof this.#target === "string" ? tryParseUri(this.#target) : this.#target;
    return target?.equals(uri) === true;
  }

  /** The URI as text. */
  get targetText(): string {
    return String(this.#target);
  }

  /** What was said for the branch; nothing once all is over. */
  get options(): BranchOptions {
    return this.#options;
  }

  get state(): ProxyBranchState {
    return this.#state;
  }

  /** Whether the branch was to end before it had an answer. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** The branch whose redirect, or failed way, led to this one; undefined for a target of the request. */
  get parent(): ProxyBranch | undefined {
    return this.set.parent;
  }

  /** The branches that a redirect of this one led to, and other ways to the same user agent. */
  get children(): readonly ProxyBranch[] {
    return this.#children;
  }

  /** How much the target is wanted, 0 to 1. */
  get q(): number {
    return this.#options.q ?? 1;
  }

  /**
   * The last response received, or the one that stands for an answer that did not come; our Via is taken off. None is kept
   * once all is over.
   */
  get response(): SipResponse | undefined {
    return this.#response;
  }

  /** Why the request could not be sent. */
  get error(): EngineError | undefined {
    return this.#error;
  }

  /**
   * The copy of the request that will be sent; it may be changed until the branch starts.
   * @throws EngineError `proxy.state` once the branch has started
   */
  get request(): RequestBuilder {
    if (this.#state === "waiting") return (this.#draft ??= this.#createDraft());
    throw new EngineError("proxy.state", { detail: `the branch to ${this.targetText} has started; change it before` });
  }

  /** Share of Max-Breadth that the branch has while it runs. */
  get share(): number {
    return this.#share;
  }

  /** The connection that the request took; before that, the flow it shall take. */
  get connection(): Connection | undefined {
    return this.#connection ?? this.#options.connection;
  }

  /**
   * Ends the branch and those it led to: one that was not sent never is, an INVITE is cancelled, any other request ends by
   * itself. `fields`, such as Reason, go into the CANCEL. RFC 3261 §16.10
   */
  cancel(fields?: readonly HeaderField[]): void {
    if (this.#state === "waiting") {
      this.drop();
      this.#owner.onBranchDropped(this);
    } else if (this.#state !== "completed") {
      this.#isCancelled = true;
      this.#sent?.cancel(fields);
    }
    for (const child of this.#children) child.cancel(fields);
  }

  /** Sends the request; the context calls it. `share` is the Max-Breadth of the branch. */
  start(share: number): void {
    const { sender } = this.#owner.services;
    this.#share = share;
    try {
      const draft = this.request.addField(maxBreadthField(share));
      this.#state = "calling";
      this.#draft = undefined;
      const nextHop = adaptToStrictRouter(draft);
      this.#startTimers(draft.method);
      this.#sent = sender.send(draft, this, this.#sendOptions(nextHop));
    } catch (error) {
      this.#onUnsendable(error);
    }
  }

  /** The branch will not be sent; the context calls it. */
  drop(): void {
    this.set.remove(this);
    this.#draft = undefined;
    this.#state = "completed";
  }

  /** Takes in branches that go on where this one failed; the context calls it. */
  adopt(children: readonly ProxyBranch[]): void {
    this.#children = [...this.#children, ...children];
  }

  /**
   * Time is up: counts as 408. An INVITE that was answered by a provisional is cancelled and has T2 to say something else
   * (RFC 3261 §16.8). With `isForAll` nobody goes on in its place.
   */
  expire(isForAll = false): void {
    if (this.#state === "waiting" || this.#state === "completed" || this.#isExpired) return;
    this.#isExpired = true;
    this.#isCancelled ||= isForAll;
    this.#sent?.cancel();
    const { request, services } = this.#owner;
    if (this.#state === "calling" || request.method !== "INVITE") this.onTimeout();
    else this.#timers?.startGrace(services.transactions.timers.t2);
  }

  /**
   * All is over: lets go of every message, for the transaction waits 32 s for more 2xx; the context calls it. With `isLast`
   * none can come, and the transaction need not know of the branch any more.
   */
  release(isLast: boolean): void {
    this.#target = detachedText(this.targetText);
    this.#options = released;
    this.#response = undefined;
    this.#connection = undefined;
    if (isLast) this.#sent?.releaseUser();
    this.#sent = undefined;
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    const bare = withoutOwnVia(response);
    if (bare === undefined) return;
    if (response.isProvisional) return this.#receiveProvisional(bare);
    const isFirst = this.#state !== "completed";
    transaction.releaseRequest();
    if (response.isSuccess) this.#receiveSuccess(bare, isFirst);
    else if (isFirst) this.#receiveFailure(bare);
  }

  onTimeout(): void {
    this.#fail(this.#owner.isCancelled ? 487 : 408);
  }

  onTransportError(error: EngineError): void {
    this.#onUnsendable(error);
  }

  onNotSent(error: EngineError): void {
    this.#onUnsendable(error);
  }

  onTerminated(): void {
    this.#owner.onBranchTerminated(this);
  }

  #createDraft(): RequestBuilder {
    const { request, routes } = this.#options;
    const draft = forwardCopy(request ?? this.#owner.request, this.#target);
    if (routes !== undefined) pushRoutes(draft, routes);
    return draft;
  }

  #sendOptions(nextHop: Uri | undefined): SendRequestOptions {
    const owner = this.#owner;
    const { loopHash } = owner;
    return {
      nextHop,
      connection: this.#options.connection,
      from: this.#options.from ?? owner.options.from,
      route: this.#options.route ?? owner.options.route,
      onConnection: (request, connection) => {
        this.#connection = connection;
        owner.completeRequest(this, request, connection);
      },
      createBranch:
        loopHash === undefined ? undefined : () => loopBranch(owner.services.transactions.createBranch(), loopHash),
    };
  }

  #startTimers(method: string): void {
    const { options, services } = this.#owner;
    const time = this.#options.branchTimeout ?? options.branchTimeout;
    if (method !== "INVITE" && time === undefined) return;
    this.#timers = new BranchTimers(services.clock, this, options.timerC ?? defaultTimerC);
    if (time !== undefined) this.#timers.startDeadline(time);
    if (method === "INVITE") this.#timers.startC();
  }

  /** A 100 stays here; to other methods than INVITE there is no other provisional (RFC 4320 §4.1). */
  #receiveProvisional(response: SipResponse): void {
    if (this.#state === "completed") return;
    this.#state = "proceeding";
    if (response.statusCode === 100 || this.#owner.request.method !== "INVITE") return;
    if (!this.#isExpired) this.#timers?.startC();
    this.#response = response;
    this.#owner.onBranchProvisional(this, response);
  }

  #receiveSuccess(response: SipResponse, isFirst: boolean): void {
    if (isFirst) this.#end(response);
    this.#owner.onBranchSuccess(this, response, isFirst);
  }

  /** The 487 to our own CANCEL stands for the time that ran out. */
  #receiveFailure(response: SipResponse): void {
    if (this.#isExpired && response.statusCode === 487) return this.onTimeout();
    this.#end(response);
    this.#owner.onBranchFailure(this, response);
  }

  #onUnsendable(error: unknown): void {
    const { log } = this.#owner.services;
    log.info({ error, target: this.targetText }, "a target of a proxied request could not be reached");
    this.#error = sendFailure(error);
    this.#fail(this.#isFlowGone() ? 430 : failureStatus(this.#error));
  }

  /** The one flow it had to take has ended (RFC 5626 §5.3). */
  #isFlowGone(): boolean {
    return this.#options.connection?.isOpen === false;
  }

  /** Ends by an answer of our own. */
  #fail(statusCode: number): void {
    if (this.#state === "completed") return;
    const response = this.#owner.createOwnResponse(statusCode);
    this.#end(response);
    this.#owner.onBranchFailure(this, response);
  }

  #end(response: SipResponse): void {
    this.#state = "completed";
    this.#response = response;
    this.#timers?.stop();
    this.#timers = undefined;
  }
}
