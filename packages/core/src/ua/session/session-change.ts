/** A session description that was agreed on, by the first answer or by a change of the session. */
export interface SessionChange {
  readonly local: string;
  readonly remote: string;
  /** Whether the peer has put us on hold. RFC 3264 §8.4 */
  readonly isHeldByPeer: boolean;
}
