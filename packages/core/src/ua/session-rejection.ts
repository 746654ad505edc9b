/** Why a request inside a session cannot be taken now. */
export interface SessionRejection {
  readonly statusCode: number;
  readonly reason: string;
  /** Whether the answer names a Retry-After of 0–10 s (RFC 3261 §14.2, RFC 3311 §5.2). */
  readonly retriesLater: boolean;
}
