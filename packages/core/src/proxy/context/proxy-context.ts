import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import { createResponse } from "../../message/create-response.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction, ServerTransactionUser } from "../../transaction/server-transaction.js";
import type { Connection } from "../../transport/transport.js";
import { parseUri } from "../../uri/parse-uri.js";
import type { Uri } from "../../uri/uri.js";
import { loopHash } from "../request/loop-detection.js";
import { maxBreadthOf } from "../request/max-breadth.js";
import { reasonField } from "../request/reason-field.js";
import { chooseBest, finishBest, type Candidate } from "./best-response.js";
import { BranchSchedule } from "./branch-schedule.js";
import { BreadthBudget } from "./breadth-budget.js";
import { EarlyDialogs } from "./early-dialogs.js";
import { followersOf } from "./followers.js";
import { ProxyBranch, type BranchOwner } from "./proxy-branch.js";
import { defaultMaxTargets, type BranchOptions, type ProxyOptions } from "./proxy-options.js";
import type { ProxyServices } from "./proxy-services.js";
import type { ProxyUser } from "./proxy-user.js";
import { ownFieldsFor } from "./route-policy.js";
import type { TargetSet } from "./target-set.js";
import { UpstreamAnswer } from "./upstream-answer.js";

/** What the proxying of one request is made of. */
export interface ProxyContextParts {
  readonly services: ProxyServices;
  /** The request, and where its answer goes. */
  readonly transaction: ServerTransaction;
  /** The request to copy, when it is not that of the transaction as it came: own Routes taken away, headers changed. */
  readonly request?: SipRequest;
  readonly user?: ProxyUser;
  readonly options?: ProxyOptions;
  /** The loop hash of the request as it came, where it was taken already. */
  readonly loopHash?: string;
}

/** Phases of a proxied request: nothing started, branches at work, the best response withheld, answered, all over. */
export type ProxyContextState = "idle" | "proceeding" | "withheld" | "answered" | "completed";

type BestCandidate = Candidate<ProxyBranch | undefined>;

/**
 * The response context of RFC 3261 §16.2: one request on its way to one or more targets, and the one answer that is made of
 * theirs. 1xx and 2xx go upstream at once, of all others the best when no branch is left. Everything happens within the
 * calls from below; only location by DNS waits.
 */
export class ProxyContext implements BranchOwner, ServerTransactionUser {
  readonly services: ProxyServices;
  readonly transaction: ServerTransaction;
  readonly options: ProxyOptions;
  readonly #user: ProxyUser;
  readonly #answer: UpstreamAnswer;
  readonly #schedule: BranchSchedule;
  readonly #branches: ProxyBranch[] = [];
  /** All branches, those of redirects too. */
  readonly #targets: ProxyBranch[] = [];
  #request: SipRequest | undefined;
  #loopHash: string | undefined;
  #tag: string | undefined;
  #candidates: BestCandidate[] = [];
  #unstarted: ProxyBranch[] = [];
  #early: EarlyDialogs<ProxyBranch> | undefined;
  #timer: TimerHandle | undefined;
  #withheld: SipResponse | undefined;
  #isStarted = false;
  #isStopped = false;
  #isCancelled = false;
  #isCompleted = false;

  static readonly #onTimeout = (self: ProxyContext): void => self.#expire();

  constructor({ services, transaction, request, user, options, loopHash: knownHash }: ProxyContextParts) {
    this.services = services;
    this.transaction = transaction;
    this.options = options ?? {};
    this.#user = user ?? {};
    this.#request = request ?? transaction.request;
    this.#loopHash = knownHash ?? this.#hashOf(transaction.request);
    this.#answer = new UpstreamAnswer(transaction, services.log);
    this.#schedule = new BranchSchedule(new BreadthBudget(maxBreadthOf(this.#request)), this.options);
  }

  /**
   * The request that is copied.
   * @throws EngineError `proxy.state` once all is over: hold it where you need it longer
   */
  get request(): SipRequest {
    if (this.#request !== undefined) return this.#request;
    throw new EngineError("proxy.state", { detail: "all branches have ended and the request is no longer kept" });
  }

  /** The targets of the request, in the order they were added; those of redirects are the children of their branch. */
  get branches(): readonly ProxyBranch[] {
    return this.#branches;
  }

  get state(): ProxyContextState {
    if (this.#isCompleted) return "completed";
    if (this.#answer.status !== 0) return "answered";
    if (this.#withheld !== undefined) return "withheld";
    return this.#isStarted ? "proceeding" : "idle";
  }

  /** Whether targets may be added: no final response went upstream, none of 2xx or 6xx came, the client did not cancel. */
  get isOpen(): boolean {
    return this.#answer.status === 0 && !this.#isStopped;
  }

  /** Whether the client has cancelled. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Status of the final response that went upstream; 0 before. */
  get finalStatus(): number {
    return this.#answer.status;
  }

  /** What the branch parameter of each copy carries (RFC 5393 §4.2.1); none in requests of a dialog, which cannot fork. */
  get loopHash(): string | undefined {
    return this.#loopHash;
  }

  /** Whether the URI was a target of this request before (RFC 3261 §16.5). */
  hasTarget(uri: Uri | string): boolean {
    return this.#findTarget(uri, {}) !== undefined;
  }

  /**
   * Adds a target, to be tried from the next `start` on. A target that is there already is not added again: the branch it has
   * is given back (RFC 3261 §16.5).
   * @throws EngineError `proxy.state` when it is too late, `proxy.hops` when Max-Forwards is 0, `uri.malformed`
   */
  addTarget(uri: Uri | string, options: BranchOptions = {}): ProxyBranch {
    this.#checkOpen();
    const known = this.#findTarget(uri, options);
    if (known !== undefined) return known;
    const branch = this.#createBranch(uri, options, this.#schedule.root);
    this.#branches.push(branch);
    this.#unstarted.push(branch);
    return branch;
  }

  /** Tries the targets added since the last time; what was withheld as best response is again one of several. */
  start(): void {
    this.#checkOpen();
    this.#isStarted = true;
    this.#withheld = undefined;
    for (const branch of this.#unstarted.splice(0)) if (branch.state === "waiting") branch.set.add(branch);
    const { timeout } = this.options;
    if (timeout !== undefined && this.#timer === undefined)
      this.#timer = this.services.clock.setTimeout(ProxyContext.#onTimeout, timeout, this);
    this.#proceed();
  }

  /**
   * Ends all branches: those that were not sent never are, the others are cancelled. Answers nothing by itself: the best of
   * what comes goes upstream. `fields`, such as Reason, go into the CANCELs. RFC 3261 §16.10
   */
  cancel(fields?: readonly HeaderField[]): void {
    this.#dropWaiting();
    this.#cancelBranches(fields);
    this.#proceed();
  }

  /**
   * The client cancelled: answers the CANCEL by 200 and cancels all branches, its Reason fields handed on. Without a branch
   * the request is answered by 487. A CANCEL that comes after the final response has no effect. RFC 3261 §16.10
   */
  receiveCancel(cancel: ServerTransaction): void {
    const reasons = cancel.request.fieldsOf("reason");
    cancel.respond(createResponse(cancel.request, 200, { toTag: this.#ownTag() }).build());
    this.cancelledByClient(reasons);
  }

  /** As `receiveCancel`, when the CANCEL is answered elsewhere. */
  cancelledByClient(fields?: readonly HeaderField[]): void {
    if (this.transaction.method !== "INVITE" || this.#answer.status !== 0) return;
    this.#isCancelled = true;
    this.#isStopped = true;
    this.cancel(fields);
    if (this.#schedule.isIdle && this.#answer.status === 0) this.#send(this.createOwnResponse(487));
  }

  /**
   * Answers in the place of all targets. A 1xx goes at once; so do 2xx and 6xx, which end the branches; any other final goes
   * at once when no branch runs, else it is one of several that the best is chosen from.
   * @throws EngineError `proxy.state` when a final response went before
   */
  respond(response: SipResponse): void {
    if (!this.#answer.takes(response)) this.#refuse(`a ${response.statusCode} cannot follow ${this.#answer.status}`);
    if (response.isProvisional) return this.#send(response);
    if (response.isSuccess) return this.#acceptSuccess(response, undefined);
    if (response.statusCode >= 600) {
      this.#stop(reasonField(response.statusCode));
      return this.#send(response);
    }
    if (this.#schedule.isIdle) return this.#send(response);
    this.#candidates.push({ response, source: undefined });
  }

  /** Sends upstream what the user withheld, or what shall go in its place. Nothing goes that has come too late. */
  forward(response: SipResponse): void {
    if (response.isProvisional) return this.#send(response);
    if (response.isSuccess) return this.#sendSuccess(response, response, this.#answer.withheldSuccess(response));
    this.#withheld = undefined;
    this.#send(response);
  }

  createOwnResponse(statusCode: number): SipResponse {
    return createResponse(this.request, statusCode, { toTag: this.#ownTag() }).build();
  }

  completeRequest(branch: ProxyBranch, request: RequestBuilder, outgoing: Connection): void {
    const passage = { incoming: this.transaction.connection, outgoing };
    const wish = { branch: branch.options, defaults: this.options, isInDialog: this.request.toTag !== undefined };
    const own = ownFieldsFor(request, passage, wish);
    if (own.length > 0) request.replaceFields([...own, ...request.fields]);
  }

  onBranchProvisional(branch: ProxyBranch, response: SipResponse): void {
    if (this.#answer.status !== 0) return;
    const verdict = this.#user.onProvisional?.(response, branch) ?? "forward";
    this.#noteEarly(branch, response);
    if (verdict !== "withhold") this.#send(verdict === "forward" ? response : verdict);
  }

  onBranchSuccess(branch: ProxyBranch, response: SipResponse, isFirst: boolean): void {
    if (!this.#answer.takes(response)) this.#answer.send(response);
    else if (this.#answer.isNewSuccess(response, branch)) this.#acceptSuccess(response, branch);
    else this.#answer.repeatSuccess(response, branch);
    if (!isFirst) return;
    this.#schedule.settle(branch);
    this.#proceed();
  }

  onBranchFailure(branch: ProxyBranch, response: SipResponse): void {
    if (this.#answer.status === 0) this.#store(branch, response);
    this.#schedule.settle(branch);
    this.#tellEnded(branch, response);
    this.#proceed();
  }

  onBranchDropped(branch: ProxyBranch): void {
    this.#schedule.abandon(branch);
    this.#proceed();
  }

  /** The client never acknowledged our failure; nothing is left to be done (RFC 3261 §17.2.1, timer H). */
  onTimeout(transaction: ServerTransaction): void {
    this.services.log.info({ status: transaction.lastStatusCode }, "a client did not acknowledge a final response");
  }

  /** Keeps the response of a branch, unless others go on in its place. */
  #store(branch: ProxyBranch, response: SipResponse): void {
    const rest = this.#isStopped ? response : this.#follow(branch, response);
    if (rest === undefined) return;
    this.#candidates.push({ response: rest, source: branch });
    if (rest.statusCode >= 600) this.#stop(reasonField(rest.statusCode));
    this.#user.onBranchResponse?.(rest, branch);
  }

  /** Lets others go on where a branch failed; gives what is left of its response. */
  #follow(branch: ProxyBranch, response: SipResponse): SipResponse | undefined {
    const followers = followersOf(branch, response, {
      options: this.options,
      wasTried: (uri) => this.hasTarget(uri),
      most: (this.options.maxTargets ?? defaultMaxTargets) - this.#targets.length,
    });
    if (followers === undefined) return response;
    const set = this.#schedule.createSet(followers.mode, branch);
    const children = followers.targets.map(({ uri, options }) => this.#createBranch(uri, options, set));
    branch.adopt(children);
    for (const child of children) set.add(child);
    return followers.rest;
  }

  #acceptSuccess(response: SipResponse, branch: ProxyBranch | undefined): void {
    if (branch === undefined) this.#answer.isNewSuccess(response, branch);
    const verdict = branch === undefined ? "forward" : (this.#user.onSuccess?.(response, branch) ?? "forward");
    if (verdict !== "withhold") this.#sendSuccess(response, verdict === "forward" ? response : verdict, branch);
    this.#stop(completedElsewhere);
  }

  #sendSuccess(response: SipResponse, sent: SipResponse, branch: ProxyBranch | undefined): void {
    if (this.#answer.sendSuccess(response, sent, branch)) this.#afterSend(sent);
  }

  #send(response: SipResponse): void {
    if (this.#answer.send(response)) this.#afterSend(response);
  }

  #afterSend(response: SipResponse): void {
    this.#user.onForwarded?.(response);
    if (!response.isProvisional) this.#completeIfOver();
  }

  /** No target is tried from now on, and those that are get a CANCEL (RFC 3261 §16.7 steps 5 and 10). */
  #stop(reason: HeaderField): void {
    this.#isStopped = true;
    this.#dropWaiting();
    if (this.options.noCancel !== true) this.#cancelBranches([reason]);
  }

  #dropWaiting(): void {
    for (const branch of this.#unstarted.splice(0)) branch.drop();
    this.#schedule.clear();
  }

  #cancelBranches(fields: readonly HeaderField[] | undefined): void {
    for (const branch of this.#branches) branch.cancel(fields);
  }

  /** Time is up for all of them together. */
  #expire(): void {
    this.#timer = undefined;
    this.#dropWaiting();
    for (const branch of this.#targets) branch.expire();
    this.#proceed();
  }

  /** Starts those whose turn it is; when nobody is left, takes the best of what came. */
  #proceed(): void {
    if (this.isOpen && this.#isStarted && !this.#schedule.startDue()) return this.#refuseBreadth();
    if (this.#answer.status === 0) this.#conclude();
    this.#completeIfOver();
  }

  #conclude(): void {
    if (!this.#schedule.isIdle || this.#withheld !== undefined) return;
    const best = chooseBest(this.#candidates, this.#isCancelled);
    if (best === undefined) return;
    const response = finishBest(best, this.#candidates, this.options);
    this.#withheld = response; // nothing may conclude once more while the user thinks
    const verdict = this.#user.onBestResponse?.(response, best.source) ?? "forward";
    const isSettled = this.#withheld !== response || this.#answer.status !== 0;
    if (isSettled || verdict === "withhold") return;
    this.#withheld = undefined;
    this.#send(verdict === "forward" ? response : verdict);
  }

  #completeIfOver(): void {
    if (this.#isCompleted || this.#answer.status === 0 || this.#schedule.runningCount > 0) return;
    this.#isCompleted = true;
    if (this.#timer !== undefined) this.services.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#request = undefined;
    this.#candidates = [];
    this.#early = undefined;
    this.#user.onCompleted?.();
  }

  /** RFC 5393 §5.3.3: 440 when the branches cannot be made narrow enough. */
  #refuseBreadth(): void {
    this.#dropWaiting();
    this.#cancelBranches(undefined);
    this.#isStopped = true;
    this.#send(this.createOwnResponse(440));
  }

  #createBranch(target: Uri | string, options: BranchOptions, set: TargetSet<ProxyBranch>): ProxyBranch {
    const branch = new ProxyBranch({ target, options, set }, this);
    this.#targets.push(branch);
    return branch;
  }

  /** The branch that has that target by that way. Nearly always there is one target, so none is compared. */
  #findTarget(uri: Uri | string, { routes, connection }: BranchOptions): ProxyBranch | undefined {
    if (this.#targets.length === 0) return undefined;
    const wanted = typeof uri === "string" ? parseUri(uri) : uri;
    return this.#targets.find(
      ({ target, options }) =>
        options.connection === connection && String(options.routes) === String(routes) && target.equals(wanted),
    );
  }

  #noteEarly(branch: ProxyBranch, response: SipResponse): void {
    if (this.options.tellsEndedEarlyDialogs === false || !EarlyDialogs.areWanted(this.request)) return;
    this.#early ??= new EarlyDialogs();
    this.#early.note(branch, response);
  }

  /** Tells of the early dialogs that ended while other branches go on (RFC 6228 §5). */
  #tellEnded(branch: ProxyBranch, final: SipResponse): void {
    if (this.#early === undefined || this.#answer.status !== 0 || this.#schedule.isIdle) return;
    for (const response of this.#early.end(branch, this.request, final)) this.#send(response);
  }

  #ownTag(): string {
    return (this.#tag ??= this.services.random.token(64));
  }

  /** Requests of a dialog do not fork, so they need not be looked at for loops (RFC 5393 §4.2.1). */
  #hashOf(request: SipRequest): string | undefined {
    return request.toTag === undefined ? loopHash(request, this.options.loopSalt) : undefined;
  }

  #checkOpen(): void {
    if (!this.isOpen) this.#refuse("no target can be tried after a final response, a 2xx, a 6xx or a CANCEL");
    if (this.request.maxForwards === 0) {
      throw new EngineError("proxy.hops", { detail: `${this.request.method} with Max-Forwards 0; answer it by 483` });
    }
  }

  #refuse(detail: string): never {
    throw new EngineError("proxy.state", { detail });
  }
}

const completedElsewhere = reasonField(200, "Call completed elsewhere");
