import type { DigestClientSnapshot } from "../../auth/client/digest-client-session.js";

/** URIs that lead to this user agent from anywhere (RFC 5627 §3.1), as the registrar told them. */
export interface RegisteredGruus {
  readonly public: string | undefined;
  /** The newest one; those before it with the same Call-ID are good as well. */
  readonly temporary: string | undefined;
}

/** What a registrar granted. Plain data. */
export interface RegisteredBinding {
  /** URI of our Contact as it was sent. */
  readonly contactUri: string;
  /** Seconds that were granted. */
  readonly expires: number;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** Path of the 2xx: the proxies that requests to us will pass (RFC 3327 §5.1). */
  readonly path: readonly string[];
  /** Routes of our own requests for this address-of-record, in order; never of those inside a dialog (RFC 3608 §5). */
  readonly serviceRoutes: readonly string[];
  /** Other addresses that are registered along with ours (RFC 7315 §4.1). */
  readonly associatedUris: readonly string[];
  readonly gruus: RegisteredGruus;
  /** Whether outbound is in force (RFC 5626 §4.2.1). */
  readonly isOutbound: boolean;
  /** Seconds of Flow-Timer; 0 when none was told. */
  readonly flowTimer: number;
}

/** A registration as plain data. */
export interface RegistrationSnapshot {
  readonly version: 1;
  readonly callId: string;
  readonly fromTag: string;
  readonly sequenceNumber: number;
  /** Seconds to ask for. */
  readonly expires: number;
  readonly binding: RegisteredBinding | undefined;
  readonly digest: DigestClientSnapshot | undefined;
}
