import { isEngineError } from "../../errors/engine-error.js";
import { splitCommaList } from "../../grammar/comma-list.js";
import { NameAddress, parseNameAddress } from "../../headers/name-address.js";
import { addressOfRecordKey } from "../../uri/address-of-record-key.js";

/** Two are allowed; a sender of very many gets no time for them. */
const valuesLooked = 8;

/**
 * The identities that `P-Asserted-Identity` or `P-Preferred-Identity` fields state: the first SIP or SIPS URI and the
 * first tel URI (RFC 3325 §9.1), and the first of other schemes (RFC 5876 §4.5). The rest, and what is malformed, is passed over.
 */
export function readIdentities(texts: readonly string[]): readonly NameAddress[] {
  const found = new Map<string, NameAddress>();
  for (const text of texts.flatMap(splitCommaList).slice(0, valuesLooked)) {
    const address = tryParseAddress(text);
    if (address !== undefined && !found.has(address.uri.kind)) found.set(address.uri.kind, address);
  }
  return [...found.values()];
}

/** Tells whether two identities name the same user, whatever the display names and URI parameters. */
export function isSameIdentity(left: NameAddress, right: NameAddress): boolean {
  return addressOfRecordKey(left.uri) === addressOfRecordKey(right.uri);
}

/** Writes an identity as `name-addr`, its display name quoted. */
export function writeIdentity({ displayName, uri }: NameAddress): string {
  return NameAddress.create({ displayName, uri }).toString();
}

/** Reads an address; `undefined` where it is malformed. */
export function tryParseAddress(text: string): NameAddress | undefined {
  try {
    return parseNameAddress(text);
  } catch (cause) {
    if (isEngineError(cause)) return undefined;
    throw cause;
  }
}
