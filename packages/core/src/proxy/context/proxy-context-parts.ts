import type { SipRequest } from "../../message/sip-request.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { ProxyServices } from "./proxy-services.js";
import type { ProxyUser } from "./proxy-user.js";

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
