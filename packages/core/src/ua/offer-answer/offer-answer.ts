/**
 * Offer and answer on the messages of one dialog — RFC 3264, where they may travel by RFC 6337 §2.2.
 *
 *   initial, stable ─offer sent→ local-offer ─answer received→ stable
 *   initial, stable ─offer received→ remote-offer ─answer sent→ stable
 *   local-offer, remote-offer ─refused, or its answer never came→ what was before
 */
import { EngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { responseNumberOf } from "../response-number.js";
import type { SessionRejection } from "../session-rejection.js";
import type {
  OfferAnswerSnapshot,
  OfferAnswerState,
  OfferCarrier,
  OpenOffer,
  SessionEnd,
  SilentInvite,
} from "./offer-answer-snapshot.js";
import { sessionDescriptionOf } from "./session-description-of.js";
import { sessionRole, withdraws, type SessionRole } from "./session-role.js";

/** The messages that have a part in offer and answer. */
const methodsConcerned = new Set(["INVITE", "ACK", "PRACK", "UPDATE"]);

/**
 * The state of offer and answer between the two ends of a dialog. It looks at messages on their way and never refuses one:
 * ask `roleOf` before sending, `rejectionOf` before taking an offer. Each early dialog has a state of its own: `fork`.
 */
export class OfferAnswer {
  #local: string | undefined;
  #remote: string | undefined;
  #open: OpenOffer | undefined;
  #silentInvite: SilentInvite | undefined;

  /** The state before the first description, or one written down earlier. @throws EngineError `offer-answer.snapshot` */
  constructor(snapshot?: OfferAnswerSnapshot) {
    if (snapshot === undefined) return;
    if (snapshot.version !== 1) {
      throw new EngineError("offer-answer.snapshot", { detail: `version ${String(snapshot.version)}, known is 1` });
    }
    this.#local = snapshot.local;
    this.#remote = snapshot.remote;
    this.#open = snapshot.open;
    this.#silentInvite = snapshot.silentInvite;
  }

  get state(): OfferAnswerState {
    if (this.#open !== undefined) return this.#open.by === "local" ? "local-offer" : "remote-offer";
    return this.#local === undefined ? "initial" : "stable";
  }

  /** Our description of the session agreed on last. */
  get local(): string | undefined {
    return this.#local;
  }

  /** The peer's description of the session agreed on last. */
  get remote(): string | undefined {
    return this.#remote;
  }

  /** The offer that waits for its answer. */
  get open(): OpenOffer | undefined {
    return this.#open;
  }

  /** Whether an offer may be made now: none is open, none is due from the other end (RFC 3264 §4, RFC 3311 §5.1). */
  get canOffer(): boolean {
    return this.#open === undefined && this.#silentInvite === undefined;
  }

  /** Whether our next reliable answer to the peer's INVITE has to make the offer (RFC 3261 §13.2.1). */
  get owesOffer(): boolean {
    return this.#silentInvite?.by === "remote";
  }

  /** What the description of a message is, or would be, if that end sent it now. Changes nothing. */
  roleOf(message: SipRequest | SipResponse, sender: SessionEnd): SessionRole {
    return this.#role(message, sender, sessionDescriptionOf(message));
  }

  /** A message of ours leaves. */
  send(message: SipRequest | SipResponse): SessionRole {
    return this.#take(message, "local");
  }

  /** A message of the peer came: each once, a provisional or PRACK not again when it is repeated. */
  receive(message: SipRequest | SipResponse): SessionRole {
    return this.#take(message, "remote");
  }

  /**
   * Why a received INVITE or UPDATE cannot be taken: 491 while an offer of ours is open, 500 while one of the peer is.
   * RFC 3261 §14.2, RFC 3311 §5.2
   */
  rejectionOf(request: SipRequest): SessionRejection | undefined {
    if (request.method !== "INVITE" && request.method !== "UPDATE") return undefined;
    if (this.canOffer || (request.method === "UPDATE" && sessionDescriptionOf(request) === undefined)) return undefined;
    const isOurs = this.#open?.by === "local" || this.#silentInvite?.by === "remote";
    if (isOurs) return { statusCode: 491, reason: "Request Pending", retriesLater: false };
    return { statusCode: 500, reason: "An offer is not yet answered", retriesLater: true };
  }

  /** The transaction an open offer was made in ended without response: timeout or broken transport. */
  withdraw(method: string, sequenceNumber: number): void {
    const open = this.#open;
    const carrier: string | undefined = open?.carrier === "provisional" ? "INVITE" : open?.carrier;
    if (carrier === method && open?.sequenceNumber === sequenceNumber) this.#open = undefined;
    if (method === "INVITE" && this.#silentInvite?.sequenceNumber === sequenceNumber) this.#silentInvite = undefined;
  }

  /** The same state once more: for each early dialog of an INVITE. */
  fork(): OfferAnswer {
    return new OfferAnswer(this.snapshot());
  }

  snapshot(): OfferAnswerSnapshot {
    return {
      version: 1,
      local: this.#local,
      remote: this.#remote,
      open: this.#open,
      silentInvite: this.#silentInvite,
    };
  }

  #role(message: SipRequest | SipResponse, sender: SessionEnd, description: string | undefined): SessionRole {
    const session = { open: this.#open, silentInvite: this.#silentInvite };
    return sessionRole(message, { sender, hasDescription: description !== undefined, session });
  }

  #take(message: SipRequest | SipResponse, sender: SessionEnd): SessionRole {
    if (!methodsConcerned.has(message.method)) return "none";
    const description = sessionDescriptionOf(message);
    const role = this.#role(message, sender, description);
    if (role === "offer") this.#offer(message, sender, description ?? "");
    else if (role === "answer") this.#answer(description ?? this.#open?.preview ?? "");
    else if (role === "preview" && this.#open !== undefined) this.#open = { ...this.#open, preview: description };
    else if (role === "missing") this.#open = undefined;
    this.#follow(message, sender, role);
    return role;
  }

  #offer(message: SipRequest | SipResponse, by: SessionEnd, description: string): void {
    const { sequenceNumber } = message.cseq;
    const responseNumber = message.kind === "response" ? responseNumberOf(message) : undefined;
    this.#open = { by, carrier: carrierOf(message), sequenceNumber, responseNumber, description };
  }

  #answer(description: string): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#local = open.by === "local" ? open.description : description;
    this.#remote = open.by === "remote" ? open.description : description;
    this.#open = undefined;
  }

  /** What the transaction itself changes: an INVITE that asks for an offer begins, or an INVITE ends. */
  #follow(message: SipRequest | SipResponse, sender: SessionEnd, role: SessionRole): void {
    const { sequenceNumber } = message.cseq;
    if (message.kind === "request") {
      if (message.method === "INVITE" && role === "none") this.#silentInvite = { by: sender, sequenceNumber };
      return;
    }
    if (this.#open !== undefined && withdraws(message, sender, this.#open)) this.#open = undefined;
    const isOver = role === "offer" || message.statusCode >= 200;
    if (message.method === "INVITE" && isOver && this.#silentInvite?.sequenceNumber === sequenceNumber) {
      this.#silentInvite = undefined;
    }
  }
}

function carrierOf(message: SipRequest | SipResponse): OfferCarrier {
  if (message.kind === "response") return message.isSuccess ? "success" : "provisional";
  return message.method === "PRACK" || message.method === "UPDATE" ? message.method : "INVITE";
}
