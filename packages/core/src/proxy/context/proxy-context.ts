// Above 300 lines: targets, answers and CANCEL of one request change the same few states, and each order of events counts.
import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import { createResponse } from "../../message/create-response.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { answerCancel } from "../../transaction/answer-cancel.js";
import type { ServerTransaction, ServerTransactionUser } from "../../transaction/server-transaction.js";
import type { Connection } from "../../transport/transport.js";
import { parseUri } from "../../uri/parse-uri.js";
import type { Uri } from "../../uri/uri.js";
import { forkHash } from "../request/loop-detection.js";
import { maxBreadthOf } from "../request/max-breadth.js";
import { reasonField } from "../request/reason-field.js";
import { putBelowVia } from "../request/route-fields.js";
import { AnswerChoice } from "./answer-choice.js";
import { BranchList } from "./branch-list.js";
import type { BranchOwner } from "./branch-owner.js";
import { BranchSchedule } from "./branch-schedule.js";
import { BreadthBudget } from "./breadth-budget.js";
import { EarlyDialogs } from "./early-dialogs.js";
import { followersOf } from "./followers.js";
import { ProxyBranch } from "./proxy-branch.js";
import type { ProxyContextParts, ProxyContextState } from "./proxy-context-parts.js";
import { defaultMaxTargets, noProxyOptions, type BranchOptions, type ProxyOptions } from "./proxy-options.js";
import type { ProxyServices } from "./proxy-services.js";
import { ownFieldsFor } from "./route-policy.js";
import { UpstreamAnswer } from "./upstream-answer.js";
import { UserGuard } from "./user-guard.js";

/**
 * The response context of RFC 3261 §16.2: one request on its way to one or more targets, and the one answer that is made of
 * theirs. 1xx and 2xx go upstream at once, of all others the best when no branch is left. Everything happens within the
 * calls from below; only location by DNS waits.
 */
export class ProxyContext implements BranchOwner<ProxyBranch>, ServerTransactionUser {
  readonly services: ProxyServices;
  readonly transaction: ServerTransaction;
  #options: ProxyOptions;
  readonly #user: UserGuard;
  readonly #answer: UpstreamAnswer;
  readonly #branches = new BranchList();
  readonly #choice = new AnswerChoice();
  readonly #schedule: BranchSchedule;
  readonly #loopHash: string | undefined;
  #request: SipRequest | undefined;
  #tag: string | undefined;
  #early: EarlyDialogs<ProxyBranch> | undefined;
  #timer: TimerHandle | undefined;
  #isStarted = false;
  /** No branch may start any more. */
  #isStopped = false;
  #isCancelled = false;
  #isCompleted = false;

  static readonly #onTimer = (self: ProxyContext): void => self.#expire();

  constructor({ services, transaction, request, user, options, loopHash: knownHash }: ProxyContextParts) {
    this.services = services;
    this.transaction = transaction;
    this.#options = options ?? noProxyOptions;
    this.#user = new UserGuard(user, services.log);
    this.#request = request ?? transaction.request;
    this.#loopHash = knownHash ?? forkHash(transaction.request, this.#options.loopSalt);
    this.#answer = new UpstreamAnswer({ transaction, user: this.#user, log: services.log });
    this.#schedule = new BranchSchedule(new BreadthBudget(maxBreadthOf(this.#request)), this.#options);
  }

  /**
   * The request that is copied.
   * @throws EngineError `proxy.state` once all is over: hold it where you need it longer
   */
  get request(): SipRequest {
    if (this.#request !== undefined) return this.#request;
    throw new EngineError("proxy.state", { detail: "all branches have ended and the request is no longer kept" });
  }

  get options(): ProxyOptions {
    return this.#options;
  }

  /** The targets of the request, in the order they were added; those of redirects are the children of their branch. */
  get branches(): readonly ProxyBranch[] {
    return this.#branches.targets;
  }

  get state(): ProxyContextState {
    if (this.#isCompleted) return "completed";
    if (this.#answer.status !== 0) return "answered";
    if (this.#choice.isWithheld) return "withheld";
    return this.#isStarted ? "proceeding" : "idle";
  }

  /** Whether targets may be added: no final response went upstream, none of 2xx or 6xx came, the client did not cancel. */
  get isOpen(): boolean {
    return !this.#answer.isGiven && !this.#isStopped;
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
    return this.#branches.has(uri);
  }

  /**
   * Adds a target, to be tried from the next `start` on. A target that is there already is not added again: the branch it has
   * is given back (RFC 3261 §16.5).
   * @throws EngineError `proxy.state` when it is too late, `proxy.hops` when Max-Forwards is 0, `uri.malformed`
   */
  addTarget(uri: Uri | string, options: BranchOptions = {}): ProxyBranch {
    this.#checkOpen();
    if (typeof uri === "string" && uri !== this.request.requestUriText) parseUri(uri);
    const known = this.#branches.find(uri, options);
    if (known !== undefined) return known;
    const branch = new ProxyBranch({ target: uri, options, set: this.#schedule.root }, this);
    this.#branches.addTarget(branch);
    return branch;
  }

  /**
   * Tries the targets added since the last time; what was withheld as best response is again one of several.
   * @throws EngineError `proxy.state` when it is too late
   */
  start(): void {
    this.#checkOpen();
    this.#isStarted = true;
    this.#choice.release();
    for (const branch of this.#branches.takeUnstarted()) if (branch.state === "waiting") branch.set.add(branch);
    this.#startTimer();
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
    answerCancel(cancel, this.transaction, this.#ownTag());
    this.cancelledByClient(reasons);
  }

  /** As `receiveCancel`, when the CANCEL is answered elsewhere. */
  cancelledByClient(fields?: readonly HeaderField[]): void {
    if (this.transaction.method !== "INVITE" || this.#answer.isGiven) return;
    this.#isCancelled = true;
    this.#isStopped = true;
    this.#choice.release();
    if (this.#schedule.runningCount === 0) this.#choice.add(this.createOwnResponse(487), undefined);
    this.cancel(fields);
  }

  /**
   * Answers in the place of all targets. A 1xx goes at once; so do 2xx and 6xx, which end the branches; any other final goes
   * at once when no branch runs, else it is one of several that the best is chosen from.
   * @throws EngineError `proxy.state` when a final response went before
   */
  respond(response: SipResponse): void {
    const { statusCode } = response;
    if (!this.#answer.takes(response) || (this.#answer.isGiven && statusCode >= 300)) {
      this.#refuse(`a ${statusCode} cannot follow the answer ${this.#answer.status}`);
    }
    if (statusCode < 300) return this.forward(response);
    if (statusCode < 600 && !this.#schedule.isIdle) return this.#choice.add(response, undefined);
    this.#send(response);
    if (statusCode >= 600) this.#stop(reasonField(statusCode));
  }

  /** The user has answered by a 2xx of its own, which it sends and repeats itself: the branches end. */
  noteAnswered(statusCode: number): void {
    this.#answer.note(statusCode);
    this.#stop(completedElsewhere);
    this.#completeIfOver();
  }

  /** Sends upstream what the user withheld, or what shall go in its place. Nothing goes that has come too late. */
  forward(response: SipResponse): void {
    if (response.isSuccess) {
      this.#answer.releaseSuccess(response);
      this.#stop(completedElsewhere);
      return this.#completeIfOver();
    }
    if (!response.isProvisional) this.#choice.release();
    this.#send(response);
  }

  /** Lets go, once all is over, of a user who has no use for the further 2xx that an INVITE may get: they just go on. */
  releaseUser(): void {
    if (!this.#isCompleted) return;
    this.#user.release();
    this.#options = noProxyOptions;
    this.#schedule.release();
  }

  createOwnResponse(statusCode: number): SipResponse {
    return createResponse(this.request, statusCode, { toTag: this.#ownTag() }).build();
  }

  completeRequest(branch: ProxyBranch, request: RequestBuilder, outgoing: Connection): void {
    const passage = { incoming: this.transaction.connection, outgoing };
    const wish = { branch: branch.options, defaults: this.options, isInDialog: this.request.toTag !== undefined };
    putBelowVia(request, ownFieldsFor(request, passage, wish));
  }

  onBranchProvisional(branch: ProxyBranch, response: SipResponse): void {
    this.#noteEarly(branch, response);
    this.#answer.offerProvisional(response, branch);
  }

  onBranchSuccess(branch: ProxyBranch, response: SipResponse, isFirst: boolean): void {
    if (this.#answer.offerSuccess(response, branch)) this.#stop(completedElsewhere);
    if (!isFirst) return;
    this.#schedule.settle(branch);
    this.#proceed();
  }

  onBranchFailure(branch: ProxyBranch, response: SipResponse): void {
    if (!this.#answer.isGiven) this.#store(branch, response);
    this.#schedule.settle(branch);
    this.#tellEnded(branch, response);
    this.#proceed();
  }

  onBranchDropped(branch: ProxyBranch): void {
    this.#schedule.abandon(branch);
    this.#proceed();
  }

  onBranchTerminated(branch: ProxyBranch): void {
    this.#user.onBranchTerminated(branch);
  }

  /** The client never acknowledged our failure; nothing is left to be done (RFC 3261 §17.2.1, timer H). */
  onTimeout(transaction: ServerTransaction): void {
    this.services.log.info({ status: transaction.lastStatusCode }, "a client did not acknowledge a final response");
  }

  /** Keeps the response of a branch, unless others go on in its place. */
  #store(branch: ProxyBranch, response: SipResponse): void {
    const rest = this.#isStopped ? response : this.#follow(branch, response);
    if (rest === undefined) return;
    this.#choice.add(rest, branch);
    if (rest.statusCode >= 600) this.#stop(reasonField(rest.statusCode));
    this.#user.onBranchResponse(rest, branch);
  }

  /** Lets others go on where a branch failed; gives what is left of its response. */
  #follow(branch: ProxyBranch, response: SipResponse): SipResponse | undefined {
    const most = (this.#options.maxTargets ?? defaultMaxTargets) - this.#branches.all.length;
    const rule = { options: this.#options, most, log: this.services.log, wasTried: (uri: Uri) => this.hasTarget(uri) };
    const followers = followersOf(branch, response, rule);
    if (followers === undefined) return response;
    const set = this.#schedule.createSet(followers.mode, branch);
    const children = followers.targets.map(({ uri, options }) => new ProxyBranch({ target: uri, options, set }, this));
    branch.adopt(children);
    for (const child of children) {
      this.#branches.addFollower(child);
      set.add(child);
    }
    return followers.rest;
  }

  #send(response: SipResponse): void {
    this.#answer.send(response);
    this.#completeIfOver();
  }

  /** No target is tried from now on, and those that are get a CANCEL (RFC 3261 §16.7 steps 5 and 10). */
  #stop(reason: HeaderField): void {
    this.#isStopped = true;
    this.#dropWaiting();
    if (this.options.noCancel !== true) this.#cancelBranches([reason]);
  }

  #dropWaiting(): void {
    for (const branch of this.#branches.takeUnstarted()) branch.drop();
    this.#schedule.clear();
  }

  #cancelBranches(fields: readonly HeaderField[] | undefined): void {
    for (const branch of this.#branches.targets) branch.cancel(fields);
  }

  #startTimer(): void {
    const { timeout } = this.options;
    if (timeout === undefined || this.#timer !== undefined) return;
    this.#timer = this.services.clock.setTimeout(ProxyContext.#onTimer, timeout, this);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.services.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Time is up for all of them together. */
  #expire(): void {
    this.#timer = undefined;
    this.#dropWaiting();
    for (const branch of this.#branches.all) branch.expire(true);
    this.#proceed();
  }

  /** Starts those whose turn it is; when nobody is left, takes the best of what came. */
  #proceed(): void {
    if (this.isOpen && this.#isStarted && !this.#schedule.startDue()) return this.#refuseBreadth();
    if (!this.#answer.isGiven && this.#schedule.isIdle && !this.#choice.isWithheld) this.#conclude();
    this.#completeIfOver();
  }

  /** The user may go on with other targets, or answer by itself, while it is asked. */
  #conclude(): void {
    const best = this.#choice.choose(this.#isCancelled, this.options);
    if (best === undefined) return;
    const { response } = best;
    const verdict = this.#user.onBestResponse(response, best.source);
    if (verdict === "withhold" || !this.#choice.holds(response) || this.#answer.isGiven) return;
    this.#choice.release();
    this.#send(verdict === "forward" ? response : verdict);
  }

  #completeIfOver(): void {
    if (this.#isCompleted || this.#answer.status === 0 || this.#schedule.runningCount > 0) return;
    this.#isCompleted = true;
    this.#stopTimer();
    this.#choice.clear();
    this.#request = undefined;
    this.#early = undefined;
    if (this.transaction.user === this) this.transaction.user = undefined;
    this.#user.onCompleted();
    const isLast = this.transaction.method !== "INVITE"; // nothing can follow the one answer
    for (const branch of this.#branches.all) branch.release(isLast);
    if (isLast) this.releaseUser();
  }

  /** Those that wait for their turn would be too many at the same time (RFC 5393 §5.3.3). */
  #refuseBreadth(): void {
    this.#dropWaiting();
    this.#choice.add(this.createOwnResponse(440), undefined);
    this.#proceed();
  }

  /** Only a forked INVITE has early dialogs that end before it does. */
  #noteEarly(branch: ProxyBranch, response: SipResponse): void {
    if (this.#branches.all.length < 2 || this.options.tellsEndedEarlyDialogs === false) return;
    if (!EarlyDialogs.areWanted(this.request)) return;
    this.#early ??= new EarlyDialogs();
    this.#early.note(branch, response);
  }

  /** Tells of the early dialogs that ended while other branches go on (RFC 6228 §5). */
  #tellEnded(branch: ProxyBranch, final: SipResponse): void {
    if (this.#early === undefined || this.#answer.isGiven || this.#schedule.isIdle) return;
    for (const response of this.#early.end(branch, this.request, final)) this.#send(response);
  }

  #ownTag(): string {
    return (this.#tag ??= this.services.random.token(64));
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
