/** Where a REGISTER came from. */
export interface ReceivedFrom {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/** One binding of an address to a contact (RFC 3261 §10.3, RFC 3327 §5.3, RFC 5626 §6). Plain data. */
export interface Binding {
  /** The Contact as it was sent, without `expires`, `pub-gruu` and `temp-gruu`. */
  readonly contact: string;
  /** URI of that Contact. */
  readonly contactUri: string;
  /** Preference, 0 to 1. */
  readonly q: number;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** When it was made or renewed, in milliseconds since 1970. */
  readonly updatedAt: number;
  readonly callId: string;
  readonly sequenceNumber: number;
  /** Routes to the contact, in order. */
  readonly path: readonly string[];
  /** URN of the user agent, in one spelling. */
  readonly instanceId?: string | undefined;
  /** The flow of that user agent; only where outbound is in force. */
  readonly registrationId?: number | undefined;
  /** Token of the connection to the contact, when this element holds it. */
  readonly flow?: string | undefined;
  /** Whether the binding ends with that connection; else the contact is reached by its URI then. */
  readonly isFlowBound?: boolean | undefined;
  readonly received?: ReceivedFrom | undefined;
  readonly userAgent?: string | undefined;
}

/** What is remembered of a user agent that has or had a binding, for its GRUUs (RFC 5627 §5). */
export interface KnownInstance {
  readonly instanceId: string;
  /** Call-IDs whose temporary GRUUs are good, by flow (`0` without one); empty when no binding is left. */
  readonly callIds: Readonly<Record<string, string>>;
}

/** All that is known of one address-of-record. Plain data. */
export interface LocationRecord {
  readonly version: 1;
  /** Key of the address, see `addressOfRecordKey`. */
  readonly key: string;
  /** The address as it is told in public GRUUs. */
  readonly addressOfRecord: string;
  /** Counts the changes: who writes has to know the last one. */
  readonly revision: number;
  readonly bindings: readonly Binding[];
  readonly instances: readonly KnownInstance[];
}

/** Bindings that have not ended. */
export function liveBindings(record: LocationRecord | undefined, now: number): readonly Binding[] {
  return record?.bindings.filter((binding) => binding.expiresAt > now) ?? [];
}
