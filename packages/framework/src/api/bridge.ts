import type { Address } from "./address.js";
import type { SipApplicationSession, SipServletRequest, SipServletResponse, SipSession } from "./object-model.js";
import type { ServletClass } from "./servlet-class.js";
import type { Uri } from "./uri.js";

/** One of the two legs of a bridge: the one that called, or the one that was called. */
export type BridgeLeg = "caller" | "callee";

/** Where a bridge is: nobody answered yet, both legs stand, over. */
export type BridgeState = "calling" | "established" | "ended";

/** Where to call: a SIP, SIPS or tel URI, or an address of one. */
export type BridgeTarget = Address | Uri | string;

/** What happens to the header fields of one direction, on top of what a bridge does by itself. Names ignore case. */
export interface HeaderRules {
  /** Fields that stay behind. */
  readonly drop?: readonly string[];
  /** Fields that pass although a bridge drops them by itself, such as `User-Agent`. */
  readonly keep?: readonly string[];
  /** When given, nothing else passes but what describes the body. */
  readonly only?: readonly string[];
  /** Fields that are written whatever came. */
  readonly set?: Readonly<Record<string, string | readonly string[]>>;
}

/** What is hidden of each side from the other. Via, Record-Route, Route, Contact and Call-ID never pass. */
export interface TopologyHiding {
  /** Drops User-Agent, Server, Organization and In-Reply-To, and the host in Warning; true when left out. */
  readonly software?: boolean;
  /** Host that stands in From and To of the other leg in place of those that came. */
  readonly domain?: string;
  /** Gives session descriptions an origin and a session name of the bridge's own: `true`, or the user name for `o=`. */
  readonly sdp?: boolean | string;
}

/** How a bridge works. Everything is plain data: it moves with its application session. */
export interface BridgeOptions {
  /** Where to call; the Request-URI of the INVITE when left out. */
  readonly to?: BridgeTarget;
  /** Routes to go by, the first hop first. */
  readonly route?: readonly string[];
  /** From and To of the leg that is called; those of the INVITE when left out. */
  readonly identity?: { readonly from?: BridgeTarget; readonly to?: BridgeTarget };
  /** Code of one's own for the steps of the call: a bean of the application. */
  readonly hooks?: ServletClass<BridgeHooks>;
  /** Header fields toward the callee and toward the caller. */
  readonly headers?: { readonly toCallee?: HeaderRules; readonly toCaller?: HeaderRules };
  /** True when left out; false lets the names of the software pass. */
  readonly hideTopology?: boolean | TopologyHiding;
  /**
   * Reliable provisionals: `end-to-end` offers the callee what the caller offers (default); `per-leg` asks the callee for
   * them anyhow and sends the PRACK itself where the caller does not know them.
   */
  readonly reliability?: "end-to-end" | "per-leg";
  /** A REFER is handed on (default), carried out by the bridge, or refused with 603. */
  readonly transfers?: "relay" | "execute" | "refuse";
  /** How many targets of 3xx answers are tried; 0: the 3xx goes to the caller. */
  readonly redirects?: number;
  /** What a failure becomes for the caller: by status or class, as `{ 404: 410, "5xx": 480 }`. */
  readonly failures?: Readonly<Record<string, number>>;
  /** Whether 401 and 407, and the credentials that answer them, pass between the ends; 403 takes their place if not. */
  readonly challenges?: "relay" | "refuse";
  /** Seconds until an unanswered call is given up with 408; 180 when left out. */
  readonly ringingTimeout?: number;
  /** Seconds until an established call is ended. */
  readonly maxDuration?: number;
  /** Asks each leg for a session timer; without it a leg has one when the caller asked for it. RFC 4028 */
  readonly sessionTimer?: { readonly expiration?: number; readonly minimum?: number };
}

/** Why and how a bridge ended. */
export interface BridgeEnd {
  /** Who ended it; `bridge`: the container or the application. */
  readonly by: BridgeLeg | "bridge";
  readonly cause: "hangup" | "cancelled" | "failed" | "unanswered" | "expired" | "lost" | "ended";
  /** Status of the failure, where one came. */
  readonly status?: number | undefined;
  /** The Reason field that came with it (RFC 3326). */
  readonly reason?: string | undefined;
  /** Milliseconds since the call was answered; 0 when it never was. */
  readonly duration: number;
}

/** A REFER that a bridge is about to carry out. */
export interface BridgeTransfer {
  /** The leg that asked, which the target takes the place of. */
  readonly by: BridgeLeg;
  /** The REFER; answer it to refuse the transfer. */
  readonly refer: SipServletRequest;
  /** Whether it names a call that the target shall give up for this one (RFC 3891). */
  readonly isAttended: boolean;
  /** Where to call; may be changed. */
  target: string;
}

/** Whom a leg is linked with anew. */
export interface RelinkOptions {
  readonly to: BridgeTarget;
  /** Header fields of the INVITE, such as Referred-By. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A call through two legs that the container relays: what the application does not handle passes. Made by `BridgeFactory`;
 * its state is part of the application session.
 */
export abstract class Bridge {
  abstract readonly id: string;
  abstract readonly applicationSession: SipApplicationSession;
  abstract readonly state: BridgeState;
  /** The leg that called; undefined once it is gone. */
  abstract readonly caller: SipSession | undefined;
  /** The leg that was called; undefined once it is gone. */
  abstract readonly callee: SipSession | undefined;
  /** Which leg a session is. */
  abstract legOf(session: SipSession): BridgeLeg | undefined;
  /**
   * Calls somebody else in place of one leg; the other talks to them once they answer. Resolves when the INVITE has left;
   * what becomes of it is told by `BridgeHooks.onRelinked`. RFC 3725
   *
   * @throws IllegalStateError when the call is not established, or a leg is being replaced already
   */
  abstract relink(replaced: BridgeLeg, options: RelinkOptions): Promise<void>;
  /** Ends both legs. */
  abstract end(reason?: string): Promise<void>;
}

/** Starts bridges. Injectable. */
export abstract class BridgeFactory {
  /**
   * Calls the other side for an initial request that was received, and relays from then on. An INVITE that replaces a leg
   * of a bridge (RFC 3891) becomes that leg.
   *
   * @throws IllegalStateError when the request is not initial or already answered; IllegalArgumentError for options that
   * cannot be taken; TooManyHopsError when Max-Forwards is used up
   */
  abstract start(request: SipServletRequest, options?: BridgeOptions): Promise<Bridge>;
  /** The bridge of which an INVITE replaces a leg (RFC 3891): `start` gives it that leg, whatever the options say. */
  abstract findReplaced(request: SipServletRequest): Bridge | undefined;
  /** The bridge that takes the messages of a session. */
  abstract find(session: SipSession): Bridge | undefined;
}

type MaybePromise<T> = T | Promise<T>;

/**
 * Code of an application for the steps of a bridge: override what matters. It runs in the queue of the application
 * session. What throws is logged under its name and otherwise passed over. Keep state in the application session: an
 * instance serves all bridges.
 */
export abstract class BridgeHooks {
  /** Before an INVITE leaves for the callee, the first or another one. Answer `received` to refuse the call. */
  onInvite?(bridge: Bridge, invite: SipServletRequest, received: SipServletRequest): MaybePromise<void>;
  /** Before a provisional goes to the caller; false holds it back. */
  onProvisional?(
    bridge: Bridge,
    response: SipServletResponse,
    received: SipServletResponse,
  ): MaybePromise<boolean | void>;
  /** Before the 2xx goes to the caller. */
  onAnswer?(bridge: Bridge, response: SipServletResponse, received: SipServletResponse): MaybePromise<void>;
  /** Before a failure goes to the caller. Give a target to try that instead. */
  onFailure?(
    bridge: Bridge,
    response: SipServletResponse,
    received: SipServletResponse,
  ): MaybePromise<BridgeTarget | void>;
  /** The caller's ACK is about to leave for the callee. */
  onEstablished?(bridge: Bridge, ack: SipServletRequest, received: SipServletRequest): MaybePromise<void>;
  /** Before a request inside the call passes. Answer `received` to keep it here. */
  onRequest?(bridge: Bridge, request: SipServletRequest, received: SipServletRequest): MaybePromise<void>;
  /** Before the final answer to such a request passes. */
  onResponse?(bridge: Bridge, response: SipServletResponse, received: SipServletResponse): MaybePromise<void>;
  /** Before the bridge carries out a REFER. */
  onTransfer?(bridge: Bridge, transfer: BridgeTransfer): MaybePromise<void>;
  /** A leg was to be replaced: by status 200 it was, by any other the legs are as before. */
  onRelinked?(bridge: Bridge, replaced: BridgeLeg, status: number): MaybePromise<void>;
  /** The call is over, or never was. */
  onEnd?(bridge: Bridge, end: BridgeEnd): MaybePromise<void>;
}
