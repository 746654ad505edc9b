import { userCharacters } from "../grammar/character-tables.js";
import { canonicalHost, formatHost } from "../grammar/host.js";
import { minimizeEscapes } from "../grammar/percent-encoding.js";
import type { Uri } from "./uri.js";

/**
 * The key under which a registrar keeps an address-of-record (RFC 3261 §10.3 step 5): the user unescaped as far as a
 * user part allows, with case, and the host in one spelling. Parameters and headers do not count, and a sips address is
 * that of the same user as the sip one. The key of a SIP URI is itself a SIP URI. URIs of other kinds answer their `key`.
 *
 * Deviates: a port and a password, which an address-of-record should not have, do not count either.
 */
export function addressOfRecordKey(uri: Uri): string {
  if (uri.kind !== "sip") return uri.key;
  const host = formatHost(canonicalHost(uri.host));
  return uri.user === undefined ? `sip:${host}` : `sip:${minimizeEscapes(uri.user, userCharacters)}@${host}`;
}
