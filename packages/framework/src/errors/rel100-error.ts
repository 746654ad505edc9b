import type { ServletErrorCodeOf } from "./servlet-error-table.js";
import { ServletError, type ServletErrorOptions } from "./servlet-error.js";

const reasons = [
  "reliability.not-1xx",
  "reliability.not-invite",
  "reliability.no-request-support",
  "reliability.not-supported",
  "reliability.not-reliable",
] as const satisfies readonly ServletErrorCodeOf<"reliability">[];

/** `sendReliably` or `createPrack` is not possible. JSR 289: `Rel100Exception`, RFC 3262. */
export class Rel100Error extends ServletError {
  /** The response is not a provisional one, or it is 100. */
  static readonly NOT_1XX = 0;
  /** The request is not an INVITE. */
  static readonly NOT_INVITE = 1;
  /** The request names `100rel` neither in Supported nor in Require. */
  static readonly NO_REQ_SUPPORT = 2;
  /** The container does not support `100rel`. */
  static readonly NOT_SUPPORTED = 3;
  /** `createPrack` on a response that was not sent reliably. JSR 289: `NOT_100rel`. */
  static readonly NOT_100REL = 4;

  override readonly name = "Rel100Error";
  /** One of the constants of this class. */
  readonly reason: number;

  constructor(reason: 0 | 1 | 2 | 3 | 4, options: ServletErrorOptions = {}) {
    super(reasons[reason], options);
    this.reason = reason;
  }
}
