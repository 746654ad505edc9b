import type { Logger } from "../../log/logger.js";
import { detachedText } from "../../grammar/detached-text.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { ProxyBranch } from "./proxy-branch.js";
import type { ResponseVerdict } from "./proxy-user.js";
import type { UserGuard } from "./user-guard.js";

/** A 2xx of one dialog, and what went upstream for it. */
interface Success {
  readonly branch: ProxyBranch | undefined;
  readonly tag: string | undefined;
  /** What goes in place of each repeat; undefined: each repeat as it comes. */
  replacement: SipResponse | undefined;
  isSent: boolean;
}

/** Whose word counts about what goes upstream, and where it goes. */
export interface UpstreamAnswerParts {
  readonly transaction: ServerTransaction;
  readonly user: UserGuard;
  readonly log: Logger;
}

/** What goes upstream for a proxied request, and what may no longer go (RFC 3261 §16.7 step 5, RFC 6026 §7.1). */
export class UpstreamAnswer {
  readonly #parts: UpstreamAnswerParts;
  readonly #successes: Success[] = [];
  #status = 0;

  constructor(parts: UpstreamAnswerParts) {
    this.#parts = parts;
  }

  /** Status of the first final response sent; 0 before. */
  get status(): number {
    return this.#status;
  }

  /** Whether the request has its final answer, or a 2xx that was withheld will be it. */
  get isGiven(): boolean {
    return this.#status !== 0 || this.#successes.length > 0;
  }

  /** Whether the response may still go: before the first final all may, after a 2xx to INVITE only more of them. */
  takes(response: SipResponse): boolean {
    const { transaction } = this.#parts;
    if (transaction.isTerminated) return false;
    if (this.#status === 0) return true;
    return transaction.method === "INVITE" && this.#status < 300 && response.isSuccess;
  }

  /** Sends a response unless it comes too late, and tells the user. */
  send(response: SipResponse): void {
    if (this.#transmit(response)) this.#parts.user.onForwarded(response);
  }

  /** A final response went upstream by other means. */
  note(statusCode: number): void {
    if (this.#status === 0) this.#status = statusCode;
  }

  /** Sends a 101–199 of a branch if the user wants. */
  offerProvisional(response: SipResponse, branch: ProxyBranch): void {
    if (this.#status !== 0) return;
    const verdict = this.#parts.user.onProvisional(response, branch);
    if (verdict !== "withhold") this.send(chosen(response, verdict));
  }

  /** Sends a 2xx if the user wants; `branch` is undefined for one of our own. True for the first of its dialog. */
  offerSuccess(response: SipResponse, branch: ProxyBranch | undefined): boolean {
    const known = this.#successes.find((each) => each.branch === branch && each.tag === response.toTag);
    if (known !== undefined || !this.takes(response)) {
      if (known?.isSent !== false) this.#transmit(known?.replacement ?? response);
      return false;
    }
    const tag = response.toTag;
    const success = { branch, tag: tag && detachedText(tag), replacement: undefined, isSent: false };
    this.#successes.push(success);
    const verdict = branch === undefined ? "forward" : this.#parts.user.onSuccess(response, branch);
    if (verdict !== "withhold") this.#sendSuccess(success, chosen(response, verdict), verdict !== "forward");
    return true;
  }

  /** Sends a 2xx that was withheld, or what goes in its place. */
  releaseSuccess(response: SipResponse): void {
    const success = this.#successes.find(({ tag, isSent }) => tag === response.toTag && !isSent);
    if (success === undefined) this.send(response);
    else this.#sendSuccess(success, response, true);
  }

  #transmit(response: SipResponse): boolean {
    const { transaction, log } = this.#parts;
    if (!this.takes(response)) {
      const fields = { status: response.statusCode, sent: this.#status, callId: response.callId };
      log.debug(fields, `a response to a proxied ${transaction.method} came too late`);
      return false;
    }
    if (this.#status === 0 && !response.isProvisional) this.#status = response.statusCode;
    transaction.respond(response);
    return true;
  }

  #sendSuccess(success: Success, response: SipResponse, isReplaced: boolean): void {
    success.isSent = true;
    if (isReplaced) success.replacement = response;
    this.send(response);
  }
}

function chosen(response: SipResponse, verdict: Exclude<ResponseVerdict, "withhold">): SipResponse {
  return verdict === "forward" ? response : verdict;
}
