import type { Knot } from "./knot.js";

/** Which side of a dialog refreshes it: the caller or the callee of the refresh request. RFC 4028 §9. */
export type Refresher = "UAC" | "UAS";

/** What a message should negotiate for its session; changeable while the message is not committed. RFC 4028. */
export interface SessionKeepAlivePreference {
  /** Whether the container negotiates and runs the session timer for this message. */
  enabled: boolean;
  /** Session-Expires in seconds. */
  expiration: number | undefined;
  /** Min-SE in seconds. */
  minimumExpiration: number | undefined;
  refresher: Refresher | undefined;
}

/**
 * Members of `SessionKeepAlive`: the negotiated session timer of a dialog. JSR 359, RFC 4028. The getters are a proposal
 * where the JSR is not published: it confirms the two callbacks only.
 */
export abstract class SessionKeepAliveMembers<K extends Knot> {
  /** Called when a refresh is due; the application sends re-INVITE or UPDATE. Without it the container refreshes. */
  abstract refreshCallback: ((session: K["SipSession"]) => void | Promise<void>) | undefined;
  /** Called when no refresh came in time; the application ends the dialog. Without it the container ends it. */
  abstract expiryCallback: ((session: K["SipSession"]) => void | Promise<void>) | undefined;
  /** The negotiated interval in seconds. Proposal. */
  abstract readonly expiration: number;
  /** Whether this side refreshes. Proposal. */
  abstract readonly isRefresher: boolean;
}
