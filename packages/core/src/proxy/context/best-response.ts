import type { HeaderField } from "../../message/header-field.js";
import { ResponseBuilder } from "../../message/response-builder.js";
import type { SipResponse } from "../../message/sip-response.js";

/** A final response that may be sent upstream. */
export interface Candidate<Source> {
  readonly response: SipResponse;
  /** Where it came from; undefined for an answer of the element itself. */
  readonly source: Source;
  /** It was made here, in place of one that did not come. */
  readonly isOwn?: boolean;
}

/** What the client can act on (RFC 3261 §16.7 step 6). */
const actionable = new Set([401, 407, 415, 420, 484]);

/**
 * The best of several final responses (RFC 3261 §16.7 step 6): a 6xx, else of the lowest class; among 4xx one the client can
 * act on, and not a timeout, a CANCEL's 487 or a dead flow where another tells more. The first to come wins. Once the client
 * has cancelled, 487 is what it waits for.
 */
export function chooseBest<Source>(
  candidates: readonly Candidate<Source>[],
  isCancelled = false,
): Candidate<Source> | undefined {
  let best: Candidate<Source> | undefined;
  let bestRank = Infinity;
  for (const candidate of candidates) {
    const rank = rankOf(candidate.response.statusCode, isCancelled);
    if (rank >= bestRank) continue;
    best = candidate;
    bestRank = rank;
  }
  return best;
}

/** Lower is better: the class counts by thousands, what is known of a status by ones. */
function rankOf(status: number, isCancelled: boolean): number {
  const family = Math.floor(status / 100);
  if (family === 6) return 0;
  if (isCancelled && status === 487) return 1;
  return family * 1000 + (family === 4 ? rankIn4xx(status) : status === 503 ? 1 : 0);
}

function rankIn4xx(status: number): number {
  if (actionable.has(status)) return status === 401 || status === 407 ? 0 : 1;
  if (status === 408) return 3;
  if (status === 487) return 4;
  return status === 430 ? 5 : 2;
}

/** How the chosen response is readied. */
export interface FinishOptions {
  /** 503 goes upstream as it is, for every later request would meet it too (RFC 3261 §16.7 step 6). */
  readonly forwards503?: boolean;
}

/**
 * Readies the best response to go upstream: a 401 or 407 gets the challenges of all the others (RFC 3261 §16.7 step 7), a
 * 503 becomes 500, a 430 from below, which means only us, becomes 480; one of a flow of our own goes up (RFC 5626 §5.3).
 */
export function finishBest<Source>(
  best: Candidate<Source>,
  candidates: readonly Candidate<Source>[],
  options: FinishOptions = {},
): SipResponse {
  const { response } = best;
  switch (response.statusCode) {
    case 401:
    case 407:
      return withAllChallenges(best, candidates);
    case 503:
      return options.forwards503 === true ? response : withStatus(response, 500);
    case 430:
      return best.isOwn === true ? response : withStatus(response, 480);
    default:
      return response;
  }
}

function withStatus(response: SipResponse, status: number): SipResponse {
  const fields = response.fields.filter(({ key }) => key !== "retry-after");
  return new ResponseBuilder(status, undefined, fields, response.body).build();
}

function withAllChallenges<Source>(best: Candidate<Source>, candidates: readonly Candidate<Source>[]): SipResponse {
  const others: HeaderField[] = [];
  for (const candidate of candidates) {
    if (candidate === best || !isChallenge(candidate.response.statusCode)) continue;
    for (const field of candidate.response.fields) if (holdsChallenge(field)) others.push(field);
  }
  return others.length === 0 ? best.response : ResponseBuilder.from(best.response).addFields(others).build();
}

function isChallenge(status: number): boolean {
  return status === 401 || status === 407;
}

function holdsChallenge({ key }: HeaderField): boolean {
  return key === "www-authenticate" || key === "proxy-authenticate";
}
