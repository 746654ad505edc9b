import type { Knot } from "./knot.js";

/**
 * Members of `AutomaticProcessingListener`: sees what the container sends and receives while it ends a dialog.
 * JSR 359. The names of the methods are a proposal. An outgoing message may be changed, not sent.
 */
export abstract class AutomaticProcessingListenerMembers<K extends Knot> {
  outgoingRequest?(request: K["SipServletRequest"]): void;
  outgoingResponse?(response: K["SipServletResponse"]): void;
  incomingRequest?(request: K["SipServletRequest"]): void;
  incomingResponse?(response: K["SipServletResponse"]): void;
}
