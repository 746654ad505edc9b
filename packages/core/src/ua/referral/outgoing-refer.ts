import type { EngineError } from "../../errors/engine-error.js";
import type { SipResponse } from "../../message/sip-response.js";
import { Listeners, type Listener } from "../listeners.js";
import { Deferred } from "../deferred.js";
import type { ReferSubscription } from "../refer/refer-subscription.js";
import type { ReferredStatus } from "../refer/sipfrag.js";
import type { UsageContext } from "../usage-context.js";
import { rejectionError } from "../session/rejection-error.js";

/** How a REFER is sent. */
export interface ReferOptions {
  /** Value of Referred-By (RFC 3892); ours when left out. */
  readonly referredBy?: string;
  /** False: no reports are wanted (RFC 4488). */
  readonly subscribe?: boolean;
}

/** What a REFER tells. */
export interface OutgoingReferEvents {
  /** How the request fares that the peer sends. */
  readonly progress: readonly [ReferredStatus];
}

/** What became of a REFER: taken or not. */
export interface ReferOutcome {
  readonly statusCode: number;
  readonly response: SipResponse | undefined;
  readonly error: EngineError | undefined;
}

/** A REFER that was sent. RFC 3515 */
export class OutgoingRefer {
  /** The subscription of the last attempt. */
  subscription: ReferSubscription | undefined;
  readonly #listeners: Listeners<OutgoingReferEvents>;
  readonly #accepted = new Deferred<SipResponse>();
  readonly #finished = new Deferred<ReferredStatus | undefined>();
  #isAccepted = false;

  constructor({ log }: Pick<UsageContext, "log">) {
    this.#listeners = new Listeners(log);
  }

  /** Kept with the 2xx: the peer has taken the order; broken by `ua.rejected` when it has not. */
  get accepted(): Promise<SipResponse> {
    return this.#accepted.promise;
  }

  /**
   * Kept with the final status that the peer reports, or with undefined when it never tells, or was asked not to. It is
   * kept with the status of the refusal when the order was not taken.
   */
  get finished(): Promise<ReferredStatus | undefined> {
    return this.#finished.promise;
  }

  on<Name extends keyof OutgoingReferEvents>(name: Name, listener: Listener<OutgoingReferEvents, Name>): () => void {
    return this.#listeners.on(name, listener);
  }

  /** What became of the REFER itself. */
  receiveOutcome({ statusCode, response, error }: ReferOutcome): void {
    if (response?.isSuccess !== true) {
      this.#accepted.reject(rejectionError(statusCode, response, error));
      this.#finished.resolve({ statusCode, reasonPhrase: response?.reasonPhrase ?? "" });
      return this.subscription?.end();
    }
    this.#isAccepted = true;
    this.#accepted.resolve(response);
    if (response.field("refer-sub")?.text.trim().toLowerCase().startsWith("false")) return this.subscription?.end();
    this.subscription?.accept();
  }

  /** A NOTIFY told a status; it may come before the 2xx. */
  receiveProgress(status: ReferredStatus): void {
    this.#listeners.emit("progress", status);
  }

  /** Nothing more will be told. */
  receiveEnd(status: ReferredStatus | undefined): void {
    if (this.#isAccepted || status !== undefined) this.#finished.resolve(status);
  }
}
