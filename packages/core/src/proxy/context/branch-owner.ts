import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { Connection } from "../../transport/transport.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { ProxyServices } from "./proxy-services.js";

/** Whom a branch belongs to: the proxy context. */
export interface BranchOwner<Branch> {
  readonly services: ProxyServices;
  readonly options: ProxyOptions;
  /** The request that is copied. */
  readonly request: SipRequest;
  /** What the branch parameter carries (RFC 5393 §4.2.1). */
  readonly loopHash: string | undefined;
  /** Whether the client has cancelled. */
  readonly isCancelled: boolean;
  /** An answer that stands for one that did not come. */
  createOwnResponse(statusCode: number): SipResponse;
  /** Completes what goes to a connection: Record-Route, Path. */
  completeRequest(branch: Branch, request: RequestBuilder, connection: Connection): void;
  /** A 101–199 to an INVITE came, our Via taken off. */
  onBranchProvisional(branch: Branch, response: SipResponse): void;
  /** A 2xx came, our Via taken off; `isFirst` unless the branch had come to its end before. */
  onBranchSuccess(branch: Branch, response: SipResponse, isFirst: boolean): void;
  /** The branch has ended without success. */
  onBranchFailure(branch: Branch, response: SipResponse): void;
  /** The transaction of the branch is gone: no further 2xx can come. */
  onBranchTerminated(branch: Branch): void;
  /** The branch was cancelled before it was sent. */
  onBranchDropped(branch: Branch): void;
}
