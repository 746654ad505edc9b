/** Where a dialog stands (RFC 3261 §12). */
export type DialogState = "early" | "confirmed" | "terminated";

/** A dialog as plain data: what another engine, or this one after a restart, needs to go on. Texts are header values. */
export interface DialogSnapshot {
  readonly version: 1;
  readonly state: DialogState;
  readonly isCaller: boolean;
  readonly callId: string;
  /** From value of our requests, tag included. */
  readonly local: string;
  /** To value of our requests, tag included. */
  readonly remote: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** URI of the peer's Contact; "" while none is known. */
  readonly remoteTarget: string;
  /** Route values in the order of our requests. */
  readonly routeSet: readonly string[];
  readonly localSequenceNumber: number | undefined;
  readonly remoteSequenceNumber: number | undefined;
  readonly isSecure: boolean;
}
