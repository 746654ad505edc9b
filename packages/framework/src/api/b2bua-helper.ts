import type { Knot } from "./knot.js";
import type { UaMode } from "./ua-mode.js";

/** Header fields that override those of the original: name to values. JSR 289 §12: `headerMap`. */
export type HeaderMap = ReadonlyMap<string, readonly string[]> | Readonly<Record<string, readonly string[]>>;

/** Members of `B2buaHelper`: links the two legs of a back-to-back user agent. JSR 289 §12. */
export abstract class B2buaHelperMembers<K extends Knot> {
  /**
   * The request of the other leg, modelled on an initial request, in a new session of the same application session.
   *
   * @param linked whether sessions and requests are linked; initially false
   * @throws IllegalArgumentError when the request is not initial, its session is linked already and shall be linked
   * again, or the map names a system header field other than From, To, Contact and Route; TooManyHopsError when
   * Max-Forwards is used up.
   */
  abstract createRequest(
    originalRequest: K["SipServletRequest"],
    linked?: boolean,
    headerMap?: HeaderMap,
  ): K["SipServletRequest"];
  /** A subsequent request in `session`, modelled on one of the other leg; links both. @throws IllegalArgumentError */
  abstract createRequest(
    session: K["SipSession"],
    originalRequest: K["SipServletRequest"],
    headerMap?: HeaderMap,
  ): K["SipServletRequest"];
  /**
   * A response to the request that created `session`, even when it is no longer at hand. A further 2xx makes a derived
   * session. @throws IllegalStateError when it contradicts what was sent.
   */
  abstract createResponseToOriginalRequest(
    session: K["SipSession"],
    status: number,
    reason?: string,
  ): K["SipServletResponse"];
  /** A CANCEL for the initial INVITE sent in `session`. */
  abstract createCancel(session: K["SipSession"]): K["SipServletRequest"];

  /** @throws IllegalArgumentError when the session is invalid. */
  abstract getLinkedSession(session: K["SipSession"]): K["SipSession"] | undefined;
  abstract getLinkedSipServletRequest(request: K["SipServletRequest"]): K["SipServletRequest"] | undefined;
  /** @throws IllegalArgumentError `argument.link` when one is linked elsewhere, terminated, or of another SAS. */
  abstract linkSipSessions(first: K["SipSession"], second: K["SipSession"]): void;
  /** @throws IllegalArgumentError `argument.link` when it is not linked. */
  abstract unlinkSipSessions(session: K["SipSession"]): void;
  /** The messages of a session that still wait for an answer, by CSeq. @throws IllegalArgumentError when invalid. */
  abstract getPendingMessages(session: K["SipSession"], mode: UaMode): readonly K["SipServletMessage"][];
}
