import type { Contact } from "../../headers/contact.js";
import { ParameterizedToken } from "../../headers/parameterized-token.js";
import { isEngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import { featureSet, overlap, type FeatureSet } from "./feature-values.js";

/** A contact and how much it is wanted. */
export interface RankedContact {
  readonly contact: Contact;
  /** By the callee: the q of the contact, 1 when it has none. */
  readonly q: number;
  /** By the caller: 0 to 1 (RFC 3841 §7.2.4). */
  readonly preference: number;
}

/** One Accept-Contact or Reject-Contact value. */
interface Predicate {
  readonly features: FeatureSet;
  readonly isRequired: boolean;
  readonly isExplicit: boolean;
}

interface Preferences {
  readonly accept: readonly Predicate[];
  readonly reject: readonly Predicate[];
}

/**
 * The contacts that a request may be sent to, in the order in which the callee, then the caller wants them: what the proxy
 * that owns the domain does with what its location service found. Contacts that name no feature are taken as they are.
 * RFC 3841 §7.2
 */
export function callerPreferences(contacts: readonly Contact[], request: SipRequest): RankedContact[] {
  const explicit = explicitPreferences(request);
  const ranked = rank(contacts, explicit ?? implicitPreferences(request));
  if (ranked.length > 0 || explicit !== undefined) return ranked;
  return rank(contacts, { accept: [], reject: [] });
}

/** Tells whether the caller has preferences of its own (RFC 3841 §7.2.2). */
export function hasCallerPreferences(request: SipRequest): boolean {
  return request.field("accept-contact") !== undefined || request.field("reject-contact") !== undefined;
}

function rank(contacts: readonly Contact[], preferences: Preferences): RankedContact[] {
  const ranked: RankedContact[] = [];
  for (const contact of contacts) {
    const preference = preferenceOf(featureSet(contact.parameters), preferences);
    if (preference !== undefined) ranked.push({ contact, q: contact.q ?? 1, preference });
  }
  return ranked.toSorted((one, other) => other.q - one.q || other.preference - one.preference);
}

/** How much the caller wants a contact with these features; undefined when not at all. */
function preferenceOf(features: FeatureSet, { accept, reject }: Preferences): number | undefined {
  if (features.size === 0) return 1;
  if (reject.some((predicate) => isRejected(features, predicate))) return undefined;
  const scores: number[] = [];
  for (const predicate of accept) {
    const score = scoreOf(features, predicate);
    if (score !== undefined) scores.push(score);
    else if (predicate.isRequired) return undefined;
  }
  if (accept.length === 0) return 1;
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** A predicate that names what the contact does not tell rejects nothing (RFC 3841 §7.2.4). */
function isRejected(features: FeatureSet, predicate: Predicate): boolean {
  return [...predicate.features.keys()].every((tag) => features.has(tag)) && matches(features, predicate);
}

/** Undefined: the predicate does not match, or is not matched well enough. */
function scoreOf(features: FeatureSet, predicate: Predicate): number | undefined {
  if (!matches(features, predicate)) return undefined;
  const tags = [...predicate.features.keys()];
  const known = tags.filter((tag) => features.has(tag)).length;
  const score = tags.length === 0 ? 1 : known / tags.length;
  if (score === 1 || !predicate.isExplicit) return score;
  return predicate.isRequired ? undefined : 0;
}

/** No tag that both have conflicts. */
function matches(features: FeatureSet, predicate: Predicate): boolean {
  for (const [tag, values] of predicate.features) {
    const own = features.get(tag);
    if (own !== undefined && !overlap(own, values)) return false;
  }
  return true;
}

function explicitPreferences(request: SipRequest): Preferences | undefined {
  if (!hasCallerPreferences(request)) return undefined;
  return { accept: predicates(request, "Accept-Contact"), reject: predicates(request, "Reject-Contact") };
}

/** Without a word of the caller: who understands the method, and the event package (RFC 3841 §7.2.2). */
function implicitPreferences(request: SipRequest): Preferences {
  const accept = [toPredicate(ParameterizedToken.create("*", { methods: request.method, require: true }))];
  if (request.method === "SUBSCRIBE" || request.method === "NOTIFY") {
    const event = (request.getText("Event") ?? "").split(";")[0]?.trim();
    if (event) accept.push(toPredicate(ParameterizedToken.create("*", { events: event, require: true })));
  }
  return { accept, reject: [] };
}

/** A field that cannot be read tells nothing. */
function predicates(request: SipRequest, name: "Accept-Contact" | "Reject-Contact"): Predicate[] {
  try {
    return request.get(name).map(toPredicate);
  } catch (error) {
    if (isEngineError(error)) return [];
    throw error;
  }
}

function toPredicate({ parameters }: ParameterizedToken): Predicate {
  return {
    features: featureSet(parameters),
    isRequired: parameters.has("require"),
    isExplicit: parameters.has("explicit"),
  };
}
