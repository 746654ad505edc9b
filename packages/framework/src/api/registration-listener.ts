import type { Uri } from "./uri.js";

/** One place where the user of an address is reached, as it was registered. RFC 3261 §10.3. */
export interface RegisteredContact {
  readonly uri: Uri;
  /** The Contact as it was sent, with its features (RFC 3840), without `expires`. */
  readonly contact: string;
  /** How much it is wanted, 0 to 1. */
  readonly q: number;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** When it was made or renewed, in milliseconds since 1970. */
  readonly updatedAt: number;
  /** The Path it was registered by, in order. RFC 3327. */
  readonly path: readonly string[];
  /** URN of the device. RFC 5626 §4.1. */
  readonly instanceId: string | undefined;
  /** Number of the flow, where outbound is in force. RFC 5626 §4.2. */
  readonly registrationId: number | undefined;
  readonly userAgent: string | undefined;
  /** Where the REGISTER came from: `tcp`, address and port. */
  readonly source: { readonly protocol: string; readonly address: string; readonly port: number } | undefined;
}

/** A contact of an address came, stays, or went. */
export interface RegistrationEvent {
  /** `flow-closed`: it was reached by a connection alone, and that has ended. RFC 5626 §6. */
  readonly kind: "added" | "refreshed" | "removed" | "expired" | "flow-closed";
  readonly addressOfRecord: Uri;
  readonly contact: RegisteredContact;
  /** All contacts that the address has now; none: the user is gone. */
  readonly contacts: readonly RegisteredContact[];
}

/** Told how registrations change, by the registrars an application has. Every method is optional. */
export abstract class RegistrationListener {
  contactAdded?(event: RegistrationEvent): void | Promise<void>;
  contactRefreshed?(event: RegistrationEvent): void | Promise<void>;
  /** Its device took it away, the application did, or its connection has ended. */
  contactRemoved?(event: RegistrationEvent): void | Promise<void>;
  /** Its device did not renew it in time. */
  contactExpired?(event: RegistrationEvent): void | Promise<void>;
}
