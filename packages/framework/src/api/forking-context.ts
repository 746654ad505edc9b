import { AttributeStore } from "./attribute-store.js";
import type { Knot } from "./knot.js";

/**
 * Members of `ForkingContext`: a session with all sessions derived from it by forking. JSR 359. `sipSessions`,
 * `isValid` and the listener of `terminateDialogs` are a proposal; the JSR confirms the rest.
 */
export abstract class ForkingContextMembers<K extends Knot> extends AttributeStore {
  /** A request in a new derived session. @throws IllegalArgumentError for any method but NOTIFY. RFC 6665. */
  abstract createRequest(method: "NOTIFY"): K["SipServletRequest"];
  /** Ends the dialogs of all members, those derived later too. Not for proxies. */
  abstract terminateDialogs(listener?: K["AutomaticProcessingListener"]): Promise<void>;
  /** The valid members. */
  abstract readonly sipSessions: readonly K["SipSession"][];
  /** Whether one member is valid. */
  abstract readonly isValid: boolean;
}
