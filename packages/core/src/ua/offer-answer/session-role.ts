import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { rackOf, responseNumberOf } from "../response-number.js";
import type { OfferAnswerSnapshot, OfferCarrier, OpenOffer, SessionEnd } from "./offer-answer-snapshot.js";

/**
 * What the session description of a message is, or its absence (RFC 6337 §2.2):
 * - `offer`, `answer`;
 * - `preview`: the answer shown in an unreliable provisional, ahead of the real one;
 * - `missing`: the message had to bring an offer or an answer and does not;
 * - `unexpected`: a description where none may stand; it is passed over;
 * - `none`: the message has nothing to do with the session.
 */
export type SessionRole = "offer" | "answer" | "preview" | "missing" | "unexpected" | "none";

/** What is known of a message when its role is asked for. */
export interface RoleQuestion {
  readonly sender: SessionEnd;
  readonly hasDescription: boolean;
  readonly session: Pick<OfferAnswerSnapshot, "open" | "silentInvite">;
}

/** The role of a message by the table of six of RFC 6337 §2.2. */
export function sessionRole(message: SipRequest | SipResponse, question: RoleQuestion): SessionRole {
  return message.kind === "request" ? requestRole(message, question) : responseRole(message, question);
}

/** Tells whether a message ends the transaction that an open offer was made in without an answer to it. */
export function withdraws(response: SipResponse, sender: SessionEnd, open: OpenOffer): boolean {
  if (response.statusCode < 300 || response.cseq.sequenceNumber !== open.sequenceNumber) return false;
  if (open.carrier === "provisional") return response.method === "INVITE" && open.by === sender;
  return response.method === open.carrier && open.by !== sender;
}

function requestRole(request: SipRequest, question: RoleQuestion): SessionRole {
  const { open } = question.session;
  switch (request.method) {
    case "INVITE":
    case "UPDATE":
      return offerRole(question);
    case "PRACK":
      if (open === undefined || !acknowledges(request, question)) return offerRole(question);
      return question.hasDescription ? "answer" : "missing";
    case "ACK":
      return answerRole(question, isOpen(question, "success", request.cseq.sequenceNumber));
    default:
      return "none";
  }
}

function responseRole(response: SipResponse, question: RoleQuestion): SessionRole {
  const { method, statusCode } = response;
  if (statusCode <= 100 || statusCode >= 300) return "none";
  const { sequenceNumber } = response.cseq;
  if (method === "INVITE") return inviteResponseRole(response, question);
  if ((method !== "PRACK" && method !== "UPDATE") || statusCode < 200) return "none";
  return answerRole(question, isOpen(question, method, sequenceNumber));
}

function inviteResponseRole(response: SipResponse, question: RoleQuestion): SessionRole {
  const { sequenceNumber } = response.cseq;
  const isReliable = response.isSuccess || responseNumberOf(response) !== undefined;
  const isAsked = isOpen(question, "INVITE", sequenceNumber);
  if (!isReliable) return question.hasDescription ? (isAsked ? "preview" : "unexpected") : "none";
  if (!isAsked && !isSilent(question, sequenceNumber)) return question.hasDescription ? "unexpected" : "none";
  if (question.hasDescription) return isAsked ? "answer" : offerRole(question);
  if (response.isProvisional) return "none";
  return isAsked && isPreviewed(question) ? "answer" : "missing";
}

function offerRole({ hasDescription, session }: RoleQuestion): SessionRole {
  if (!hasDescription) return "none";
  return session.open === undefined ? "offer" : "unexpected";
}

function answerRole({ hasDescription }: RoleQuestion, isAsked: boolean): SessionRole {
  if (isAsked) return hasDescription ? "answer" : "missing";
  return hasDescription ? "unexpected" : "none";
}

/** The peer showed its answer and left it out of the 2xx, where it belongs: many do. Ours goes where it belongs. */
function isPreviewed({ sender, session }: RoleQuestion): boolean {
  return sender === "remote" && session.open?.preview !== undefined;
}

function isOpen({ sender, session }: RoleQuestion, carrier: OfferCarrier, sequenceNumber: number): boolean {
  const { open } = session;
  return open?.carrier === carrier && open.by !== sender && open.sequenceNumber === sequenceNumber;
}

function isSilent({ sender, session }: RoleQuestion, sequenceNumber: number): boolean {
  const { silentInvite } = session;
  return silentInvite !== undefined && silentInvite.by !== sender && silentInvite.sequenceNumber === sequenceNumber;
}

/** A PRACK for the provisional response that the open offer came in. */
function acknowledges(prack: SipRequest, { sender, session }: RoleQuestion): boolean {
  const { open } = session;
  const rack = rackOf(prack);
  if (open?.carrier !== "provisional" || open.by === sender || rack === undefined) return false;
  return rack.responseNumber === open.responseNumber && rack.sequenceNumber === open.sequenceNumber;
}
