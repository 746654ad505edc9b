import type { Knot } from "./knot.js";
import { SipServletMessageMembers } from "./sip-servlet-message.js";

/** Members of `SipServletResponse`. JSR 289 §5. */
export abstract class SipServletResponseMembers<K extends Knot> extends SipServletMessageMembers<K> {
  /** 100–699. */
  abstract readonly status: number;
  abstract readonly reasonPhrase: string;
  /**
   * Changes the status of a response that was not sent.
   *
   * @param reason undefined: the usual phrase of the status
   * @throws IllegalArgumentError `argument.status` outside 100–699.
   */
  abstract setStatus(status: number, reason?: string): void;

  /** Undefined when the request is not available. */
  abstract readonly request: K["SipServletRequest"] | undefined;
  /** Undefined when the request was not proxied. */
  abstract readonly proxy: K["Proxy"] | undefined;
  abstract readonly proxyBranch: K["ProxyBranch"] | undefined;
  /** Whether this is a final response of one branch only; false for the best response. JSR 289 §10. */
  abstract readonly isBranchResponse: boolean;
  /** The branch of the INVITE this response belongs to. JSR 359. */
  abstract readonly inviteBranch: K["InviteBranch"] | undefined;

  /** The ACK for a 2xx to INVITE. @throws IllegalStateError for anything else, or when it was generated before. */
  abstract createAck(): K["SipServletRequest"];
  /**
   * The PRACK for this reliable provisional response. RFC 3262.
   *
   * @throws Rel100Error when the response is not one; IllegalStateError when the PRACK was generated before.
   */
  abstract createPrack(): K["SipServletRequest"];
  /**
   * Sends a provisional response that is repeated until PRACK. RFC 3262.
   *
   * @throws Rel100Error with the reason when it cannot be; IllegalStateError when it was received or already sent.
   */
  abstract sendReliably(): Promise<void>;
  /** JSR 359. */
  abstract readonly isReliableProvisional: boolean;
  /** Id of a reliable provisional response, see `SipSession.getUnacknowledgedProvisionalResponse`. JSR 359. */
  abstract readonly provisionalResponseId: string | undefined;
  /** Realms of all challenges of a 401 or 407. JSR: `getChallengeRealms`, `getChallengeRealmSet`. */
  abstract getChallengeRealms(): readonly string[];
}
