import type { SipResponse } from "../../message/sip-response.js";
import type { ProxyBranch } from "./proxy-branch.js";

/**
 * What becomes of a response: it goes upstream as it is, another one does in its place, or none yet. What was withheld is
 * released by `ProxyContext.forward`.
 */
export type ResponseVerdict = "forward" | "withhold" | SipResponse;

/**
 * Who watches over the proxying of one request. All calls are made before anything leaves, and within them targets may be
 * added and started, branches cancelled, and the request answered by `ProxyContext.respond`.
 */
export interface ProxyUser {
  /** A 101–199 of a branch is about to go upstream. */
  onProvisional?(response: SipResponse, branch: ProxyBranch): ResponseVerdict;
  /** The first 2xx of a dialog is about to go upstream; its repeats go without a question. */
  onSuccess?(response: SipResponse, branch: ProxyBranch): ResponseVerdict;
  /** A branch has ended with a 3xx–6xx, which waits for the others; redirects that are followed are not told. */
  onBranchResponse?(response: SipResponse, branch: ProxyBranch): void;
  /**
   * All branches have ended and this is the best answer (RFC 3261 §16.7 step 6); `branch` is undefined for an answer given
   * by `respond`. When targets are started within the call, the answer stays what it was: one of several.
   */
  onBestResponse?(response: SipResponse, branch: ProxyBranch | undefined): ResponseVerdict;
  /** A response has gone upstream; repeats of a 2xx are not told. */
  onForwarded?(response: SipResponse): void;
  /** The transaction of a branch that was answered is gone: no further 2xx can come from there. */
  onBranchTerminated?(branch: ProxyBranch): void;
  /** A final response has gone upstream and no branch runs any more; repeats of a 2xx may still pass. */
  onCompleted?(): void;
}
