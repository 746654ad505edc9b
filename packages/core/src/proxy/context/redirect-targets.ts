import type { Contact } from "../../headers/contact.js";
import { isEngineError } from "../../errors/engine-error.js";
import { ResponseBuilder } from "../../message/response-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { SipUri } from "../../uri/sip-uri.js";

/** A contact of a redirect that may be tried. */
export interface RedirectTarget {
  readonly uri: SipUri;
  readonly q: number;
}

/** What the contacts of a redirect come to. */
export interface Redirect {
  /** Those to try, the most wanted first. */
  readonly targets: readonly RedirectTarget[];
  /** The response without the contacts that are tried; undefined when none is left (RFC 3261 §16.7 step 4). */
  readonly rest: SipResponse | undefined;
}

/** What decides whether a contact may be tried. */
export interface RedirectRule {
  /** The target that redirected is a sips URI: no other kind may follow (RFC 3261 §16.7 step 4). */
  readonly isSips: boolean;
  /** Whether that URI was a target of this request before. */
  readonly wasTried: (uri: SipUri) => boolean;
  /** Most contacts to take. */
  readonly most: number;
}

/** Only for its very sender (RFC 3261 §21.3.4), or no other way to the same end (§21.3.5). */
const notFollowed = new Set([305, 380]);

/**
 * The contacts of a 3xx that a proxy may try in its place; undefined when there is none. Contacts that were tried before are
 * left out of what goes upstream, unreadable ones lead nowhere. RFC 3261 §16.7 step 4
 */
export function redirectTargets(response: SipResponse, rule: RedirectRule): Redirect | undefined {
  if (response.statusCode < 300 || response.statusCode > 399 || notFollowed.has(response.statusCode)) return undefined;
  const targets: RedirectTarget[] = [];
  const left: Contact[] = [];
  for (const contact of readContacts(response)) {
    const uri = usableUri(contact, rule.isSips);
    if (uri === undefined) left.push(contact);
    else if (!rule.wasTried(uri) && !targets.some((each) => each.uri.equals(uri))) {
      if (targets.length < rule.most) targets.push({ uri, q: contact.q ?? 1 });
      else left.push(contact);
    }
  }
  if (targets.length === 0) return undefined;
  const rest = left.length === 0 ? undefined : ResponseBuilder.from(response).set("Contact", left).build();
  return { targets: targets.toSorted((one, other) => other.q - one.q), rest };
}

function usableUri({ uri }: Contact, isSips: boolean): SipUri | undefined {
  return uri?.kind === "sip" && (!isSips || uri.isSecure) ? uri.toRequestUri() : undefined;
}

function readContacts(response: SipResponse): readonly Contact[] {
  try {
    return response.get("Contact");
  } catch (error) {
    if (isEngineError(error)) return [];
    throw error;
  }
}
