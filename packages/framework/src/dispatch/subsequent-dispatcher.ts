import {
  Dialog,
  type RequestRejection,
  type RoutedRequest,
  type ServerTransaction,
  type SipRequest,
} from "@siplet/core";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ServerExchange } from "../message/server-exchange.js";
import { deriveSession, existingUsage, usageOf } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionLookup } from "../spi/session-store.js";
import { noSuchDialog, rejectRequest } from "./reject-request.js";
import { receivedAddress, type ReceivedAddress, type SessionFinder } from "./session-finder.js";
import { routeRequest, wrapRequest, type WrapOptions } from "./wrap-request.js";

/** What the dispatcher of requests inside dialogs needs. */
export interface SubsequentDispatcherParts {
  readonly finder: SessionFinder;
  /** Fetches the session of a name that is not here; absent with sessions in memory. */
  readonly recover?: ((lookup: SessionLookup) => Promise<boolean>) | undefined;
  readonly signalling: Signalling;
  readonly deliver: (request: ContainerSipServletRequest, session: ContainerSipSession) => void;
  /** Ends an INVITE that was not answered, by 487. */
  readonly terminate: (exchange: ServerExchange) => void;
  readonly forwarding: StrangerForwarding;
}

/** What becomes of requests of a dialog that was proxied here and has no session any more. */
export interface StrangerForwarding {
  /** Whether a request is for a device that a registrar of the container knows, by its GRUU (RFC 5627 §5.4). */
  isForDevice(routed: RoutedRequest): boolean;
  /** False when nobody but this container is meant. */
  forwardStranger(transaction: ServerTransaction, routed: RoutedRequest): boolean;
}

/** A request and where it belongs. */
interface Found {
  readonly transaction: ServerTransaction;
  readonly routed: RoutedRequest;
  readonly session: ContainerSipSession;
}

/** Brings a request inside a dialog to the session it is for; the router is not asked (JSR 289 §15.6). */
export class SubsequentDispatcher {
  readonly #parts: SubsequentDispatcherParts;

  constructor(parts: SubsequentDispatcherParts) {
    this.#parts = parts;
  }

  dispatch(transaction: ServerTransaction): void {
    const routed = routeRequest(transaction, this.#parts.signalling);
    const address = receivedAddress(routed);
    if (this.#tryDispatch(transaction, routed, address)) return;
    const { recover, finder } = this.#parts;
    if (recover === undefined) return this.#refuse(transaction, routed, address);
    void this.#recover(recover, finder.lookupsOf(routed.request, address)).then((isHere) => {
      if (!isHere || !this.#tryDispatch(transaction, routed, address)) this.#refuse(transaction, routed, address);
    });
  }

  /** Nobody knows the dialog: one that a proxy of ours is on the path of goes on, any other ends here. */
  #refuse(transaction: ServerTransaction, routed: RoutedRequest, address: ReceivedAddress): void {
    const { finder, forwarding } = this.#parts;
    const goesOn = finder.isOurs(address) || forwarding.isForDevice(routed);
    if (goesOn && forwarding.forwardStranger(transaction, routed)) return;
    this.#reject(transaction, noSuchDialog);
  }

  /** Looks for the session in the store, where there is one, before the request is refused. */
  async #recover(
    recover: (lookup: SessionLookup) => Promise<boolean>,
    lookups: readonly SessionLookup[],
  ): Promise<boolean> {
    for (const lookup of lookups) if (await recover(lookup)) return true;
    return false;
  }

  /** False when there is no session for it. */
  #tryDispatch(transaction: ServerTransaction, routed: RoutedRequest, address: ReceivedAddress): boolean {
    const { request } = routed;
    const known = this.#parts.finder.find(request, address);
    const session = known ?? this.#findSubscriber(request, address);
    if (session === undefined) return false;
    const rejection = known?.dialog?.receiveRequest(request) ?? pendingInvite(session, request);
    if (rejection !== undefined) this.#reject(transaction, rejection);
    else this.#take({ transaction, routed, session });
    return true;
  }

  #take(found: Found): void {
    const { session, transaction } = found;
    const { method } = transaction;
    session.touch();
    if (method === "PRACK" && session.role !== "proxy") return this.#takePrack(found);
    const exchange = new ServerExchange(transaction, session, this.#parts.signalling);
    if (method === "BYE" && session.role !== "proxy") this.#endPending(session);
    this.#deliver(found, exchange);
  }

  /** A PRACK that acknowledges nothing never reaches the application (RFC 3262 §3). */
  #takePrack(found: Found): void {
    const { session, transaction } = found;
    const { request } = transaction;
    const verdicts = session.ongoing.flatMap((each) =>
      each instanceof ServerExchange && each.method === "INVITE"
        ? [{ invite: each, ...each.receivePrack(request) }]
        : [],
    );
    const verdict = verdicts.find((each) => "acknowledged" in each) ?? verdicts[0];
    if (verdict === undefined || !("acknowledged" in verdict)) {
      return this.#reject(transaction, verdict ?? { statusCode: 481, reason: "No such provisional response" });
    }
    const exchange = new ServerExchange(transaction, session, this.#parts.signalling);
    exchange.onAnswered = () => verdict.invite.proceed(request.toTag ?? "");
    this.#deliver(found, exchange, { acknowledgedResponse: verdict.acknowledged });
  }

  #deliver({ transaction, routed, session }: Found, exchange: ServerExchange, options: WrapOptions = {}): void {
    const { deliver, signalling } = this.#parts;
    const request = wrapRequest(transaction, routed, { session, ...options }, signalling);
    request.bind(session, exchange);
    deliver(request, session);
  }

  /** A NOTIFY that makes the dialog of a SUBSCRIBE or REFER, the first or, forked, a further one (RFC 6665 §4.4.1). */
  #findSubscriber(request: SipRequest, address: ReceivedAddress): ContainerSipSession | undefined {
    if (request.method !== "NOTIFY") return undefined;
    const original = this.#parts.finder.findSubscriber(request, address);
    const subscribe = original && existingUsage(original)?.sentSubscribe;
    if (original === undefined || subscribe === undefined) return undefined;
    const isFirst = original.dialog === undefined;
    const session = isFirst ? original : deriveSession(original, original.localTag, this.#parts.signalling);
    session.enterDialog(Dialog.ofNotify(subscribe, request));
    session.moveTo("CONFIRMED");
    usageOf(session).subscriptions.begin(subscribe, false);
    return session;
  }

  /** Requests still open when BYE comes are answered 487 (RFC 3261 §15.1.2). */
  #endPending(session: ContainerSipSession): void {
    for (const each of session.ongoing) {
      if (each instanceof ServerExchange && each.method === "INVITE" && each.isOpen) this.#parts.terminate(each);
    }
  }

  #reject(transaction: ServerTransaction, rejection: RequestRejection): void {
    rejectRequest(transaction, rejection, this.#parts.signalling);
  }
}

/** Two INVITEs at once in one dialog (RFC 3261 §14.2); a proxy leaves that to the ends. */
function pendingInvite(session: ContainerSipSession, { method }: SipRequest): RequestRejection | undefined {
  if (method !== "INVITE" || session.role === "proxy") return undefined;
  const pending = session.ongoing.filter((each) => each.method === "INVITE");
  if (pending.some((each) => !each.isServer && each.servletRequest.finalResponse === undefined)) {
    return { statusCode: 491, reason: "Request Pending" };
  }
  const isAnswering = pending.some((each) => each instanceof ServerExchange && each.isOpen);
  return isAnswering ? { statusCode: 500, reason: "Another INVITE is being answered" } : undefined;
}
