import type { Clock } from "../../clock/clock.js";
import type { Logger } from "../../log/logger.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { RandomSource } from "../../random/random-source.js";
import type { SendRequestOptions, SentRequestUser } from "../../transaction/sent-request.js";
import type { TransactionLayer } from "../../transaction/transaction-layer.js";

/** A branch that was sent. */
export interface SentBranch {
  /** Ends an INVITE: the CANCEL waits for a provisional response (RFC 3261 §9.1). `fields` go into it. */
  cancel(fields?: readonly HeaderField[]): void;
  /** Nothing that may still come is of use. */
  releaseUser(): void;
}

/** Sends branches; the request sender does. */
export interface BranchSender {
  send(request: RequestBuilder, user: SentRequestUser, options: SendRequestOptions): SentBranch;
}

/** What proxying needs of the element it belongs to. A `SipStack` has it all. */
export interface ProxyServices {
  readonly sender: BranchSender;
  readonly transactions: Pick<TransactionLayer, "createBranch" | "timers">;
  readonly clock: Clock;
  readonly random: Pick<RandomSource, "token">;
  readonly log: Logger;
}
