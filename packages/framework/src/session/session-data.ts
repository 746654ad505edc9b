import type { DialogSnapshot } from "@siplet/core";
import type { SipSessionState } from "../api/sip-session.js";

/** Who a session is in the call. */
export type SessionRole = "uac" | "uas" | "proxy";

/** Number of the layout below; a container reads this one. */
export const snapshotFormat = 1;

/** A SIP session as plain data. */
export interface SipSessionData {
  readonly id: string;
  /** What our addresses tell of it; sessions written by older versions have none. */
  readonly key: string | undefined;
  readonly role: SessionRole | undefined;
  readonly callId: string;
  readonly localTag: string;
  readonly local: string;
  readonly remote: string;
  readonly handler: string;
  readonly state: SipSessionState;
  readonly wasUsed: boolean;
  readonly invalidateWhenReady: boolean;
  readonly creationTime: number;
  readonly lastAccessedTime: number;
  readonly lastSequenceNumber: number;
  readonly dialog: DialogSnapshot | undefined;
  readonly dialogIds: readonly string[];
  readonly lastRequestUri: string | undefined;
  readonly hasInviteUsage: boolean;
  readonly isOffPath: boolean;
  /** The other leg of a back-to-back user agent. */
  readonly linkedSessionId: string | undefined;
}

/** A persistent timer as plain data. */
export interface TimerData {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly scheduledExecutionTime: number;
  readonly period: number | undefined;
  readonly fixedDelay: boolean;
  readonly info: unknown;
}

/** An application session as plain data, but for its values, which the codec writes. */
export interface ApplicationSessionData {
  readonly id: string;
  readonly key: string | undefined;
  readonly creationTime: number;
  readonly lastAccessedTime: number;
  readonly lifetime: number;
  readonly expirationTime: number;
  readonly invalidateWhenReady: boolean;
  readonly indexKeys: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sessions: readonly (SipSessionData & { readonly attributes: Readonly<Record<string, unknown>> })[];
}
