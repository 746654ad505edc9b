import type { Address } from "./address.js";
import type { SipApplicationRoutingRegion } from "./application-routing.js";
import { AttributeStore } from "./attribute-store.js";
import type { Flow } from "./flow.js";
import type { Knot } from "./knot.js";
import type { OutboundInterface } from "./outbound-interface.js";
import type { SipServletContext } from "./sip-servlet-context.js";
import type { UaMode } from "./ua-mode.js";
import type { Uri } from "./uri.js";

/** State of a `SipSession`, close to that of a dialog. JSR 289 §6. */
export type SipSessionState = "INITIAL" | "EARLY" | "CONFIRMED" | "TERMINATED";

/**
 * Members of `SipSession`: one point-to-point relationship, a dialog or what may become one. JSR 289 §6.
 *
 * On an invalid session everything but `id`, `isValid` and `applicationSession` throws IllegalStateError
 * `state.invalid-session`.
 */
export abstract class SipSessionMembers<K extends Knot> extends AttributeStore {
  abstract readonly id: string;
  /** Undefined before the first message. */
  abstract readonly callId: string | undefined;
  /** From of requests sent, To of requests received. */
  abstract readonly localParty: Address;
  /** To of requests sent, From of requests received. */
  abstract readonly remoteParty: Address;
  abstract readonly state: SipSessionState;
  abstract readonly applicationSession: K["SipApplicationSession"];
  abstract readonly servletContext: SipServletContext;
  /** Milliseconds since the epoch. */
  abstract readonly creationTime: number;
  /** When the last message came, in milliseconds since the epoch. */
  abstract readonly lastAccessedTime: number;
  /** @throws IllegalStateError unless the session came from a received initial request. */
  abstract getRegion(): SipApplicationRoutingRegion;
  /** JSR: `getSubscriberURI`. @throws IllegalStateError unless the session came from a received initial request. */
  abstract getSubscriberUri(): Uri | undefined;

  /**
   * A request in this session.
   *
   * @throws IllegalArgumentError `argument.method` for ACK, CANCEL and what is no token; IllegalStateError when the
   * session is terminated, is a proxy's, or is INITIAL with a transaction in progress.
   */
  abstract createRequest(method: string): K["SipServletRequest"];
  /** Names the servlet that gets the later messages. @throws ServletError `servlet.unknown`. JSR 289 §16. */
  abstract setHandler(servletName: string): void;

  /** Never throws. */
  abstract readonly isValid: boolean;
  /** Ends the session here, without a BYE. */
  abstract invalidate(): void;
  /** Whether nothing more can come in this session. JSR 289 §6. */
  abstract readonly isReadyToInvalidate: boolean;
  /** Whether the container invalidates the session when it is ready; initially true. */
  abstract invalidateWhenReady: boolean;

  /** @throws IllegalArgumentError when it is not one of the configured outbound interfaces. */
  abstract setOutboundInterface(outboundInterface: OutboundInterface): void;

  /** The INVITE in progress. JSR 359. */
  abstract getActiveInvite(mode: UaMode): K["SipServletRequest"] | undefined;
  /** A request in progress by its id. JSR 359. */
  abstract getActiveRequest(id: string): K["SipServletRequest"] | undefined;
  /** The requests in progress. JSR 359. */
  abstract getActiveRequests(mode: UaMode): readonly K["SipServletRequest"][];
  /** The branch of the INVITE in progress that this session is. JSR 359. */
  abstract readonly activeInviteBranch: K["InviteBranch"] | undefined;
  /** A reliable provisional response that still lacks its PRACK. JSR 359. */
  abstract getUnacknowledgedProvisionalResponse(id: string): K["SipServletResponse"] | undefined;
  /** All of them, in order. JSR 359. */
  abstract getUnacknowledgedProvisionalResponses(mode: UaMode): readonly K["SipServletResponse"][];
  /** The session together with those derived from it by forking. JSR 359. */
  abstract readonly forkingContext: K["ForkingContext"];
  /** The negotiated session timer. JSR 359, RFC 4028. */
  abstract readonly keepAlive: K["SessionKeepAlive"] | undefined;
  /** The flow its requests take. JSR 359, RFC 5626. @throws IllegalStateError `state.flow` for one that failed. */
  abstract flow: Flow | undefined;

  /**
   * Lets the container end the dialog with whatever it takes; the application may send nothing more in this session.
   * Settles when the first message was handed to the transport. JSR 359.
   *
   * @throws IllegalStateError when the dialog was made by none of INVITE, SUBSCRIBE and REFER, or is a proxy's.
   */
  abstract terminateDialog(listener?: K["AutomaticProcessingListener"]): Promise<void>;
  /** Ends a dialog this application proxied, on both sides. JSR 359. @throws IllegalStateError for a UA's session. */
  abstract terminateProxiedDialog(listener?: K["AutomaticProcessingListener"]): Promise<void>;
  /** Ends it on one side only. */
  abstract terminateProxiedDialog(mode: UaMode, listener?: K["AutomaticProcessingListener"]): Promise<void>;
}
