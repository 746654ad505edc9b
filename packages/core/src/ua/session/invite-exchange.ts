import type { TimerHandle } from "../../clock/clock.js";
import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import type { Dialog } from "../../dialog/dialog.js";
import { EngineError, isEngineError } from "../../errors/engine-error.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { SendRequestOptions } from "../../transaction/sent-request.js";
import { RequestCredentials } from "../exchange/request-credentials.js";
import { InviteClient, type InviteClientUser } from "../invite/invite-client.js";
import type { InviteClientBranch } from "../invite/invite-client-branch.js";
import { createLocalResponse } from "../local-response.js";
import type { UsageContext } from "../usage-context.js";

/** What an INVITE is sent with. */
export interface InviteExchangeParts {
  readonly context: UsageContext;
  readonly sender: Pick<RequestSender, "send" | "sendAck">;
  readonly digest?: DigestClientSession | undefined;
}

/** What is to be sent, and what may be sent again. */
export interface InviteExchangePlan {
  /** Makes the INVITE of an attempt: each has a sequence number of its own (RFC 3261 §8.1.3.5). */
  readonly draft: () => RequestBuilder;
  /** The dialog of a re-INVITE. */
  readonly dialog?: Dialog;
  readonly options?: SendRequestOptions;
  /** An attempt leaves. */
  readonly onAttempt?: (request: SipRequest) => void;
  /** What to do about a failure that no credentials mend: nothing, or send again after so many milliseconds. */
  readonly retryAfter?: (response: SipResponse) => number | undefined;
}

/** An INVITE with its attempts: challenges are answered, and what the plan mends is sent again. RFC 3261 §8.1.3.5 */
export class InviteExchange implements InviteClientUser {
  readonly #parts: InviteExchangeParts;
  readonly #plan: InviteExchangePlan;
  readonly #user: InviteClientUser;
  readonly #credentials: RequestCredentials;
  #client: InviteClient | undefined;
  #isCancelled = false;
  #isOver = false;
  #waiting: TimerHandle | undefined;
  #lastFailure: SipResponse | undefined;

  static readonly #onRetry = (self: InviteExchange): void => self.#retry();

  constructor(parts: InviteExchangeParts, plan: InviteExchangePlan, user: InviteClientUser) {
    this.#parts = parts;
    this.#plan = plan;
    this.#user = user;
    this.#credentials = new RequestCredentials(parts.digest);
  }

  /** Whether the last final response was passed on. A 2xx of another fork may follow a 2xx. */
  get isFinal(): boolean {
    return this.#isOver;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /**
   * Sends the first attempt. What fails at once is told as a failure as well.
   * @throws EngineError when the plan makes no INVITE
   */
  start(): void {
    this.#attempt();
  }

  /** Ends the INVITE: by CANCEL, or by not sending it again. */
  cancel(fields: readonly HeaderField[] = []): void {
    if (this.#isOver || this.#isCancelled) return;
    this.#isCancelled = true;
    if (this.#waiting === undefined) return this.#client?.cancel(fields);
    this.#parts.context.clock.clearTimeout(this.#waiting);
    this.#waiting = undefined;
    if (this.#lastFailure !== undefined && this.#client !== undefined) this.#finish(this.#lastFailure, this.#client);
  }

  onProvisional(response: SipResponse, branch: InviteClientBranch | undefined, invite: InviteClient): void {
    this.#user.onProvisional(response, branch, invite);
  }

  onSuccess(response: SipResponse, branch: InviteClientBranch, invite: InviteClient): void {
    this.#isOver = true;
    this.#credentials.receive(response);
    this.#user.onSuccess(response, branch, invite);
  }

  onBranchEnded(branch: InviteClientBranch, invite: InviteClient): void {
    this.#user.onBranchEnded?.(branch, invite);
  }

  onFailure(response: SipResponse, invite: InviteClient, error?: EngineError): void {
    const delay = this.#isCancelled || error !== undefined ? undefined : this.#retryDelay(response);
    if (delay === undefined) return this.#finish(response, invite, error);
    this.#lastFailure = response;
    for (const branch of invite.branches.values()) this.#user.onBranchEnded?.(branch, invite);
    if (delay === 0) return this.#attempt();
    this.#waiting = this.#parts.context.clock.setTimeout(InviteExchange.#onRetry, delay, this);
  }

  #retryDelay(response: SipResponse): number | undefined {
    if (this.#credentials.receive(response)) return 0;
    return this.#plan.retryAfter?.(response);
  }

  #retry(): void {
    this.#waiting = undefined;
    this.#attempt();
  }

  #attempt(): void {
    const { context, sender } = this.#parts;
    const { dialog, options } = this.#plan;
    const client = new InviteClient({ context, sender, user: this, dialog, options });
    this.#client = client;
    let draft: RequestBuilder | undefined;
    try {
      draft = this.#plan.draft();
      this.#credentials.authorize(draft);
      this.#plan.onAttempt?.(draft.build());
      client.start(draft);
    } catch (error) {
      this.#failToSend(draft, client, asEngineError(error));
    }
  }

  /** It was clear at once that nothing could be sent: told like any other failure. */
  #failToSend(draft: RequestBuilder | undefined, client: InviteClient, error: EngineError): void {
    if (draft !== undefined) {
      return this.#finish(createLocalResponse(draft.build(), error.statusCode ?? 503), client, error);
    }
    if (this.#lastFailure === undefined) throw error;
    this.#finish(this.#lastFailure, client, error);
  }

  #finish(response: SipResponse, invite: InviteClient, error?: EngineError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#user.onFailure(response, invite, error);
  }
}

function asEngineError(error: unknown): EngineError {
  if (isEngineError(error)) return error;
  return new EngineError("transport.failed", { detail: String(error), cause: error });
}
