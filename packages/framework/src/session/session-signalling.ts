import type { Flow } from "../api/flow.js";
import type {
  AutomaticProcessingListener,
  ForkingContext,
  InviteBranch,
  SessionKeepAlive,
  SipServletResponse,
  SipSession,
} from "../api/object-model.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import type { UaMode } from "../api/ua-mode.js";
import type { SignallingData } from "./session-data.js";

/** What the messages of a session know about it: messages stand above sessions, so it is a port. */
export interface SessionSignalling {
  /** The branch of the INVITE in progress that the session is. */
  readonly activeInviteBranch: InviteBranch | undefined;
  readonly forkingContext: ForkingContext;
  readonly keepAlive: SessionKeepAlive | undefined;
  /** Whether a session timer was agreed on. */
  readonly isTimerRunning: boolean;
  /** The flow its requests take, or its last message came by. */
  flow: Flow | undefined;
  /** Reliable provisional responses without PRACK, of both sides when none is named. */
  unacknowledgedProvisionals(mode?: UaMode): readonly SipServletResponse[];
  setOutboundInterface(outboundInterface: OutboundInterface): void;
  terminateDialog(listener?: AutomaticProcessingListener): Promise<void>;
  terminateProxiedDialog(mode: UaMode | undefined, listener?: AutomaticProcessingListener): Promise<void>;
  /** When its session timer acts next, in milliseconds since 1970; undefined while none runs. */
  readonly dueTime: number | undefined;
  snapshot(): SignallingData;
  /** Takes over what another container wrote down; `find` knows the sessions that came along. */
  restore(data: SignallingData, find: (id: string) => SipSession | undefined): void;
  /** The session was invalidated: no timer of it fires any more. */
  close(): void;
}
