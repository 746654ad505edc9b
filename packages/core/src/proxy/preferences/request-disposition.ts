import { splitCommaList } from "../../grammar/comma-list.js";
import type { SipRequest } from "../../message/sip-request.js";

/** What the caller asks of the servers on the way; what is undefined it leaves to them. RFC 3841 §9.1 */
export interface RequestDisposition {
  /** True: proxy; false: redirect. */
  readonly proxy?: boolean;
  /** Whether the branches that lost are cancelled. */
  readonly cancel?: boolean;
  readonly fork?: boolean;
  readonly recurse?: boolean;
  /** True: parallel; false: sequential. */
  readonly parallel?: boolean;
  readonly queue?: boolean;
}

const directives: ReadonlyMap<string, RequestDisposition> = new Map([
  ["proxy", { proxy: true }],
  ["redirect", { proxy: false }],
  ["cancel", { cancel: true }],
  ["no-cancel", { cancel: false }],
  ["fork", { fork: true }],
  ["no-fork", { fork: false }],
  ["recurse", { recurse: true }],
  ["no-recurse", { recurse: false }],
  ["parallel", { parallel: true }],
  ["sequential", { parallel: false }],
  ["queue", { queue: true }],
  ["no-queue", { queue: false }],
]);

const nothing: RequestDisposition = {};

/** Reads Request-Disposition. Of two directives that contradict each other the first holds; unknown ones mean nothing. */
export function requestDisposition(request: SipRequest): RequestDisposition {
  if (request.field("request-disposition") === undefined) return nothing;
  const tokens = request.fieldsOf("request-disposition").flatMap(({ text }) => splitCommaList(text));
  const disposition: RequestDisposition = {};
  for (const token of tokens.toReversed()) Object.assign(disposition, directives.get(token.toLowerCase()));
  return disposition;
}
