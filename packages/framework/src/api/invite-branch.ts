import type { Knot } from "./knot.js";

/**
 * Members of `InviteBranch`: one early or confirmed dialog of one INVITE. JSR 359. The members are a proposal; the JSR
 * confirms the type and where it is found.
 */
export abstract class InviteBranchMembers<K extends Knot> {
  abstract readonly sipSession: K["SipSession"];
  abstract readonly request: K["SipServletRequest"];
  /** A response on this branch of a received INVITE. @throws IllegalStateError on the sending side. */
  abstract createResponse(status: number, reason?: string): K["SipServletResponse"];
  abstract readonly finalResponse: K["SipServletResponse"] | undefined;
  abstract getUnacknowledgedProvisionalResponse(id: string): K["SipServletResponse"] | undefined;
  abstract getUnacknowledgedProvisionalResponses(): readonly K["SipServletResponse"][];
}
