import type { Logger } from "../../log/logger.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { ProxyBranch } from "./proxy-branch.js";

/** A 2xx of one dialog, and what went upstream for it. */
interface Success {
  readonly branch: ProxyBranch | undefined;
  readonly tag: string | undefined;
  /** What goes in place of each repeat; undefined: each repeat as it comes. */
  replacement: SipResponse | undefined;
  isSent: boolean;
}

/** What goes upstream for a proxied request, and what may no longer go (RFC 3261 §16.7 step 5, RFC 6026 §7.1). */
export class UpstreamAnswer {
  readonly #transaction: ServerTransaction;
  readonly #log: Logger;
  readonly #successes: Success[] = [];
  #status = 0;

  constructor(transaction: ServerTransaction, log: Logger) {
    this.#transaction = transaction;
    this.#log = log;
  }

  /** Status of the first final response sent; 0 before. */
  get status(): number {
    return this.#status;
  }

  /** Whether the response may still go: before the first final all may, after a 2xx to INVITE only more of them. */
  takes(response: SipResponse): boolean {
    if (this.#transaction.isTerminated) return false;
    if (this.#status === 0) return true;
    return this.#transaction.method === "INVITE" && this.#status < 300 && response.isSuccess;
  }

  /** Sends a response. False when it comes too late. */
  send(response: SipResponse): boolean {
    const { method } = this.#transaction;
    if (!this.takes(response)) {
      const fields = { method, status: response.statusCode, sent: this.#status, callId: response.callId };
      this.#log.debug(fields, "a response came too late to go upstream");
      return false;
    }
    if (this.#status === 0 && !response.isProvisional) this.#status = response.statusCode;
    this.#transaction.respond(response);
    return true;
  }

  /** Whether it is the first 2xx of its dialog; remembers it. */
  isNewSuccess(response: SipResponse, branch: ProxyBranch | undefined): boolean {
    if (this.#findSuccess(response, branch) !== undefined) return false;
    this.#successes.push({ branch, tag: response.toTag, replacement: undefined, isSent: false });
    return true;
  }

  /** Sends the 2xx of a dialog; `sent` is what goes in its place. */
  sendSuccess(response: SipResponse, sent: SipResponse, branch: ProxyBranch | undefined): boolean {
    const success = this.#findSuccess(response, branch);
    if (success !== undefined) {
      success.isSent = true;
      if (sent !== response) success.replacement = sent;
    }
    return this.send(sent);
  }

  /** Sends the repeat of a 2xx, if the first one went. */
  repeatSuccess(response: SipResponse, branch: ProxyBranch): void {
    const success = this.#findSuccess(response, branch);
    if (success?.isSent === true) this.send(success.replacement ?? response);
  }

  /** The branch whose 2xx waits to be sent, by its dialog. */
  withheldSuccess(response: SipResponse): ProxyBranch | undefined {
    return this.#successes.find(({ tag, isSent }) => tag === response.toTag && !isSent)?.branch;
  }

  #findSuccess({ toTag }: SipResponse, branch: ProxyBranch | undefined): Success | undefined {
    return this.#successes.find((each) => each.branch === branch && each.tag === toTag);
  }
}
