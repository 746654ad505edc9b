/**
 * One INVITE received, and its answers — RFC 3261 §13.3, RFC 3262 §3: what lies between the transaction and the one who
 * decides. Serves the INVITE that makes a call and each re-INVITE.
 *
 *   proceeding ─1xx→ proceeding (last one again each minute; reliable ones one by one until PRACK)
 *   proceeding ─2xx→ accepted (again until ACK; before it held back while a PRACK for a description is due)
 *   proceeding ─300–699→ rejected;  proceeding ─Expires→ same (user told)
 *   accepted ─ACK→ confirmed;  accepted ─64·T1→ confirmed (user told: send BYE)
 */
import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { SendCallback } from "../../transaction/transaction-context.js";
import { hasOptionTag } from "../option-tags.js";
import { startSeconds, type UsageContext } from "../usage-context.js";
import { expiresOf } from "./expires-of.js";
import { InviteServerBranch, type InviteServerBranchUser } from "./invite-server-branch.js";
import { rackOf, responseNumberOf } from "../response-number.js";

/** Who decides about an INVITE. */
export interface InviteServerUser {
  /** A reliable provisional got no PRACK within 64·T1: refuse the INVITE with a 5xx (RFC 3262 §3). */
  onProvisionalUnacknowledged(response: SipResponse, invite: InviteServer): void;
  /** A 2xx got no ACK within 64·T1: the session stands, but is dead; send BYE (RFC 3261 §13.3.1.4). */
  onSuccessUnacknowledged(response: SipResponse, invite: InviteServer): void;
  /** The Expires of the INVITE ran out without final answer: send 487 (RFC 3261 §13.3.1). */
  onInviteExpired(invite: InviteServer): void;
  /** A 2xx that was held back for a PRACK leaves. */
  onHeldSuccessSent?(response: SipResponse, invite: InviteServer): void;
}

/** Whether provisional responses may, must or must not be reliable (RFC 3262 §3). */
export type ProvisionalReliability = "none" | "supported" | "required";

/** What came of a PRACK. */
export type PrackOutcome =
  | { readonly kind: "acknowledges"; readonly response: SipResponse }
  | { readonly kind: "rejected"; readonly statusCode: 400 | 481; readonly reason: string };

type State = "proceeding" | "accepted" | "rejected" | "stopped";

/** How often the last provisional is sent again, in milliseconds (RFC 3261 §13.3.1.1). */
const provisionalInterval = 60_000;

/** One INVITE received, and its answers. */
export class InviteServer implements InviteServerBranchUser {
  readonly transaction: ServerTransaction;
  readonly request: SipRequest;
  readonly reliability: ProvisionalReliability;
  readonly #context: UsageContext;
  readonly #user: InviteServerUser;
  readonly #branches = new Map<string, InviteServerBranch>();
  #state: State = "proceeding";
  #expiry: TimerHandle | undefined;
  #repeat: TimerHandle | undefined;

  static readonly #onExpiry = (self: InviteServer): void => self.#expire();
  static readonly #onRepeat = (self: InviteServer): void => self.#repeatProvisionals();

  constructor(transaction: ServerTransaction, context: UsageContext, user: InviteServerUser) {
    this.transaction = transaction;
    this.request = transaction.request;
    this.reliability = reliabilityOf(this.request);
    this.#context = context;
    this.#user = user;
    this.#startExpiry();
  }

  /** CSeq number of the INVITE. */
  get sequenceNumber(): number {
    return this.request.cseq.sequenceNumber;
  }

  /** Whether no final response was given; one that waits for a PRACK counts as given. */
  get isOpen(): boolean {
    return this.#state === "proceeding" && !this.#some((branch) => branch.isHeld);
  }

  /** Whether a final response has left: then a further INVITE may be taken (RFC 3261 §14.2). */
  get isFinal(): boolean {
    return this.#state !== "proceeding";
  }

  /** Whether a 2xx was sent whose ACK is still to come: the callee sends no BYE and no re-INVITE before (§15, §14.1). */
  get awaitsAck(): boolean {
    return this.#some((branch) => branch.awaitsAck);
  }

  /** Whether a PRACK may still come that matches, also after the final response. */
  get expectsPrack(): boolean {
    return this.#some((branch) => branch.reliable.expectsPrack);
  }

  /** Reliable provisionals that no PRACK has acknowledged, those in the queue included. */
  get unacknowledgedProvisionals(): readonly SipResponse[] {
    return [...this.#branches.values()].flatMap((branch) => branch.reliable.unacknowledged);
  }

  /**
   * Makes a 101–199 reliable. What is prepared must be given to `respond`, in the same order.
   * @throws EngineError `ua.state` when the caller knows nothing of 100rel, or a final response was given
   */
  prepareReliable(draft: ResponseBuilder, toTag: string): ResponseBuilder {
    if (this.reliability === "none") this.#refuse(draft.statusCode, "the caller does not support 100rel");
    if (draft.statusCode === 100) this.#refuse(100, "100 is never reliable");
    if (!this.isOpen) this.#refuse(draft.statusCode, "a final response was given");
    return this.#branch(toTag).reliable.prepare(draft);
  }

  /**
   * Answers the INVITE. A reliable provisional waits until those before it are acknowledged, a 2xx until a session
   * description under way is. Further 2xx under other To tags make further dialogs.
   * @throws EngineError `ua.state`, `transaction.state` when this response cannot be sent now
   */
  respond(response: SipResponse, done?: SendCallback): void {
    if (response.statusCode === 100) return this.transaction.respond(response, done);
    if (response.isProvisional) this.#respondProvisional(response, done);
    else if (response.isSuccess) this.#respondSuccess(response, done);
    else this.#respondFailure(response, done);
  }

  /** Takes a PRACK of the dialog. When it acknowledges, answer it by 2xx, then call `proceed`. RFC 3262 §3 */
  receivePrack(prack: SipRequest): PrackOutcome {
    if (rackOf(prack) === undefined) {
      return { kind: "rejected", statusCode: 400, reason: "RAck is missing or malformed" };
    }
    const response = this.#branches.get(prack.toTag ?? "")?.reliable.receivePrack(prack);
    if (response !== undefined) return { kind: "acknowledges", response };
    return { kind: "rejected", statusCode: 481, reason: "No such provisional response" };
  }

  /** A PRACK was answered: what waited for it may go. */
  proceed(toTag: string): void {
    this.#branches.get(toTag)?.proceed();
  }

  /** Takes an ACK for a 2xx; tells whether it is the first. RFC 3261 §13.3.1.4 */
  receiveAck(ack: SipRequest): boolean {
    if (ack.cseq.sequenceNumber !== this.sequenceNumber) return false;
    return this.#branches.get(ack.toTag ?? "")?.receiveAck() ?? false;
  }

  /** The session ended otherwise: nothing is repeated any more. */
  stop(): void {
    if (this.#state === "proceeding") this.#state = "stopped";
    this.#stopTimers();
    for (const branch of this.#branches.values()) branch.stop();
  }

  onBranchSend(response: SipResponse, done?: SendCallback): void {
    if (this.transaction.isTerminated) return done?.();
    this.transaction.respond(response, done);
  }

  onBranchSuccess(response: SipResponse, wasHeld: boolean): void {
    this.#state = "accepted";
    this.#stopTimers();
    for (const branch of this.#branches.values()) branch.reliable.stop();
    if (wasHeld) this.#user.onHeldSuccessSent?.(response, this);
  }

  onBranchProvisionalUnacknowledged(response: SipResponse): void {
    if (this.#state === "proceeding") this.#user.onProvisionalUnacknowledged(response, this);
  }

  onBranchSuccessUnacknowledged(response: SipResponse): void {
    this.#user.onSuccessUnacknowledged(response, this);
  }

  #respondProvisional(response: SipResponse, done?: SendCallback): void {
    const isReliable = responseNumberOf(response) !== undefined;
    if (!this.isOpen) this.#refuse(response.statusCode, "a final response was given");
    if (!isReliable && this.reliability === "required") {
      this.#refuse(response.statusCode, "the caller requires 100rel; make it reliable");
    }
    this.#branch(response.toTag ?? "").sendProvisional(response, done);
    this.#startRepeat();
  }

  #respondSuccess(response: SipResponse, done?: SendCallback): void {
    const branch = this.#branch(response.toTag ?? "");
    if (this.#state === "rejected" || this.#state === "stopped" || branch.success !== undefined) {
      this.#refuse(response.statusCode, "a final response was given");
    }
    branch.sendSuccess(response, done);
  }

  #respondFailure(response: SipResponse, done?: SendCallback): void {
    if (this.#state !== "proceeding") this.#refuse(response.statusCode, "a final response was given");
    this.#state = "rejected";
    this.#stopTimers();
    for (const branch of this.#branches.values()) branch.stop();
    this.transaction.respond(response, done);
  }

  #branch(toTag: string): InviteServerBranch {
    let branch = this.#branches.get(toTag);
    if (branch === undefined) {
      branch = new InviteServerBranch({ context: this.#context, user: this, sequenceNumber: this.sequenceNumber });
      this.#branches.set(toTag, branch);
    }
    return branch;
  }

  #some(test: (branch: InviteServerBranch) => boolean): boolean {
    for (const branch of this.#branches.values()) if (test(branch)) return true;
    return false;
  }

  #startExpiry(): void {
    const seconds = expiresOf(this.request);
    if (seconds !== undefined) {
      this.#expiry = startSeconds(this.#context.clock, InviteServer.#onExpiry, seconds, this);
    }
  }

  #startRepeat(): void {
    const { clock } = this.#context;
    if (this.#repeat !== undefined) clock.clearTimeout(this.#repeat);
    this.#repeat = clock.setTimeout(InviteServer.#onRepeat, provisionalInterval, this);
  }

  #repeatProvisionals(): void {
    this.#repeat = undefined;
    if (!this.isOpen) return;
    for (const branch of this.#branches.values()) branch.repeatProvisional();
    this.#startRepeat();
  }

  #expire(): void {
    this.#expiry = undefined;
    if (this.isOpen) this.#user.onInviteExpired(this);
  }

  #stopTimers(): void {
    const { clock } = this.#context;
    if (this.#expiry !== undefined) clock.clearTimeout(this.#expiry);
    if (this.#repeat !== undefined) clock.clearTimeout(this.#repeat);
    this.#expiry = undefined;
    this.#repeat = undefined;
  }

  #refuse(statusCode: number, why: string): never {
    throw new EngineError("ua.state", { detail: `${statusCode} to INVITE: ${why}` });
  }
}

function reliabilityOf(invite: SipRequest): ProvisionalReliability {
  if (hasOptionTag(invite, "Require", "100rel")) return "required";
  return hasOptionTag(invite, "Supported", "100rel") ? "supported" : "none";
}
