import { isChallengeable } from "../digest/authentication-role.js";
import { parseNameAddress, type NameAddress } from "../../headers/name-address.js";
import { noEdits, type HeaderEdits } from "./header-edits.js";
import { isSameIdentity, readIdentities, writeIdentity } from "./identity-values.js";
import { parsePrivacy } from "./privacy.js";

/** A message as it came, request or response. */
export interface ReceivedIdentity {
  readonly method: string;
  /** The `P-Asserted-Identity` fields. */
  readonly asserted: readonly string[];
  /** The `P-Preferred-Identity` fields. */
  readonly preferred: readonly string[];
  /** Whether it came from a node of the trust domain. */
  readonly isTrusted: boolean;
  /** The identities of the user who was authenticated, as addresses; the first is the default. */
  readonly authenticated?: readonly string[] | undefined;
  /** What to do about a preference that is not the user's: take the default, or answer 403. */
  readonly foreignPreference?: "default" | "reject";
}

/** Whom the message is from, as far as anybody answers for it, and how it goes on. */
export type IdentityDecision =
  | { readonly kind: "forward"; readonly identities: readonly NameAddress[]; readonly edits: HeaderEdits }
  | { readonly kind: "rejected"; readonly statusCode: 403; readonly detail: string };

/** A message as it is about to leave. */
export interface SentIdentity {
  /** The `P-Asserted-Identity` fields. */
  readonly asserted: readonly string[];
  /** The `Privacy` fields. */
  readonly privacy: readonly string[];
  /** Whether it goes to a node of the trust domain. */
  readonly isTrusted: boolean;
  /** What to do towards others where the user has said nothing: `remove` unless told otherwise. */
  readonly withoutPrivacy?: "keep" | "remove";
}

/**
 * The rules for messages that arrive (RFC 3325 §5, §6; RFC 5876): assertions of trusted nodes are believed, those of others
 * removed; who was authenticated is asserted, by preference as one of the own identities. Preferences end here.
 */
export function screenReceivedIdentity(received: ReceivedIdentity): IdentityDecision {
  const believed = received.isTrusted ? readIdentities(received.asserted) : [];
  const own = (received.authenticated ?? []).map(parseNameAddress);
  // ACK and CANCEL carry no identity: they are those of the INVITE (RFC 5876 §3).
  if (believed.length > 0 || own.length === 0 || !isChallengeable(received.method)) {
    return { kind: "forward", identities: believed, edits: { remove: unwanted(received), add: [] } };
  }
  const chosen = choose(own, readIdentities(received.preferred), received.preferred.length > 0);
  if (chosen === undefined && received.foreignPreference === "reject") {
    return { kind: "rejected", statusCode: 403, detail: "the preferred identity is not the user's" };
  }
  const identities = chosen ?? own.slice(0, 1);
  const add = identities.map((identity) => ({ name: "P-Asserted-Identity", value: writeIdentity(identity) }));
  return { kind: "forward", identities, edits: { remove: present(received, true), add } };
}

/**
 * The rules for messages that leave (RFC 3325 §7): trusted nodes are told the identity; others are not if the user asked
 * so by `Privacy: id`, are if the user asked for `none`, and else by policy. `Privacy` itself stays.
 */
export function screenSentIdentity(sent: SentIdentity): HeaderEdits {
  if (sent.isTrusted || sent.asserted.length === 0) return noEdits;
  const privacy = parsePrivacy(sent.privacy);
  const isSilent = privacy === undefined || !(privacy.isNone || privacy.values.has("id"));
  const isKept = isSilent ? sent.withoutPrivacy === "keep" : privacy.isNone;
  return isKept ? noEdits : { remove: ["P-Asserted-Identity"], add: [] };
}

/** The own identities that were preferred; `undefined` if the preference is not all the user's, or unreadable. */
function choose(
  own: readonly NameAddress[],
  preferred: readonly NameAddress[],
  hasPreference: boolean,
): readonly NameAddress[] | undefined {
  if (!hasPreference) return own.slice(0, 1);
  const chosen = preferred.flatMap((wish) => own.find((identity) => isSameIdentity(identity, wish)) ?? []);
  return chosen.length > 0 && chosen.length === preferred.length ? chosen : undefined;
}

function unwanted(received: ReceivedIdentity): string[] {
  return present(received, !received.isTrusted);
}

function present({ asserted, preferred }: ReceivedIdentity, withAsserted: boolean): string[] {
  const names = preferred.length > 0 ? ["P-Preferred-Identity"] : [];
  return withAsserted && asserted.length > 0 ? ["P-Asserted-Identity", ...names] : names;
}
