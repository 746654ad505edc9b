import type { DialogSnapshot, SessionTimerSnapshot } from "@siplet/core";
import type { SipApplicationRoutingRegion } from "../api/application-routing.js";
import type { SipSessionState } from "../api/sip-session.js";
import type { ProxiedDialogData } from "./proxied-dialog.js";
import type { Caller } from "./caller.js";

/** Who a session is in the call. */
export type SessionRole = "uac" | "uas" | "proxy";

/** Number of the layout below; a container reads this one. */
export const snapshotFormat = 1;

/** On whose behalf the application of a session was invoked (JSR 289 §15.4). */
export interface SessionService {
  readonly region: SipApplicationRoutingRegion | undefined;
  readonly subscriberUri: string | undefined;
}

/** A SIP session as plain data. */
export interface SipSessionData {
  readonly id: string;
  /** What our addresses tell of it; sessions written by older versions have none. */
  readonly key: string | undefined;
  readonly role: SessionRole | undefined;
  readonly service: SessionService | undefined;
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
  readonly signalling: SignallingData | undefined;
  /** Absent where nobody was authenticated. */
  readonly caller?: Caller | undefined;
  /** The other leg of a back-to-back user agent. */
  readonly linkedSessionId: string | undefined;
  /** Absent in what was written before there was such a thing. */
  readonly isSupervised?: boolean;
  readonly proxied?: ProxiedDialogData | undefined;
}

/** What the messages of a SIP session know about it, as far as it outlives them. */
export interface SignallingData {
  readonly subscriptions: readonly { readonly event: string; readonly isNotifier: boolean }[];
  /** The SUBSCRIBE or REFER behind them, received or sent, as text of one octet each character. */
  readonly acceptedSubscribe: string | undefined;
  readonly sentSubscribe: string | undefined;
  readonly keepAlive: KeepAliveData | undefined;
  readonly family: FamilyData | undefined;
  /** The sessions it joins or replaces, or is joined or replaced by. */
  readonly corresponding: readonly { readonly kind: "join" | "replaces"; readonly id: string }[];
}

/** A session timer as plain data; callbacks of the application are set anew where it goes on. */
export interface KeepAliveData {
  readonly timer: SessionTimerSnapshot;
  readonly peerKnowsUpdate: boolean;
  /** The description of refreshes by re-INVITE, as text of one octet each character. */
  readonly description: { readonly body: string; readonly contentType: string } | undefined;
}

/** A forking context as plain data: each member writes it down. */
export interface FamilyData {
  readonly members: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
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
