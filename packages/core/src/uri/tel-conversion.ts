import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { userCharacters } from "../grammar/character-tables.js";
import { completeEscapes, decodePercent } from "../grammar/percent-encoding.js";
import { SipUri, type SipUriParts } from "./sip-uri.js";
import { readTelSubscriber } from "./tel-grammar.js";
import { TelUri } from "./tel-uri.js";
import { UriFault } from "./uri-fault.js";

/** Where a telephone number becomes a SIP address: the gateway or domain that serves it. */
export type TelGateway = Omit<SipUriParts, "user" | "decodedUser" | "password">;

/** Parameters that lead in the user part, RFC 3261 §19.1.6. */
const leading = ["isub", "postd"];

/**
 * Writes a telephone number as SIP URI at a gateway (RFC 3261 §19.1.6): the number with its parameters becomes the
 * user part, in lower case and with `isub` and `postd` first, the others by name, so that equal numbers give equal
 * URIs. Visual separators stay.
 */
export function telToSip(tel: TelUri, gateway: TelGateway): SipUri {
  const names = [...tel.parameters.names()].toSorted(byUserPartOrder);
  const parameters = names.map((name) => {
    const raw = tel.parameters.getRaw(name);
    return raw === undefined ? `;${name}` : `;${name}=${raw}`;
  });
  const user = completeEscapes(`${tel.number}${parameters.join("")}`.toLowerCase(), userCharacters);
  const uri = SipUri.create({ ...gateway, user });
  return uri.withParameter("user", "phone");
}

/** The telephone number of a SIP URI with `user=phone`; `undefined` if its user part is none. */
export function sipToTel(uri: SipUri): TelUri | undefined {
  if (uri.user === undefined || !equalIgnoringCase(uri.userParameter ?? "", "phone")) return undefined;
  const text = `tel:${unescapeNumber(uri.user)}`;
  const fields = readTelSubscriber(text, 4);
  return fields instanceof UriFault ? undefined : new TelUri(fields, text);
}

/** Undoes the escapes that only the user part needed: those of the number, and of value characters of the parameters. */
function unescapeNumber(user: string): string {
  const semicolon = user.indexOf(";");
  const numberEnd = semicolon < 0 ? user.length : semicolon;
  return decodePercent(user.slice(0, numberEnd)) + decodeBrackets(user.slice(numberEnd));
}

/** `[`, `]` and `:` may stand bare in a tel parameter, not in a user part. */
function decodeBrackets(parameters: string): string {
  return parameters.replaceAll(/%(?:5B|5D|3A)/giu, (escape) => decodePercent(escape));
}

function byUserPartOrder(left: string, right: string): number {
  const [mine, theirs] = [left.toLowerCase(), right.toLowerCase()];
  const ranks = [leading.indexOf(mine), leading.indexOf(theirs)].map((rank) => (rank < 0 ? leading.length : rank));
  return (ranks[0] ?? 0) - (ranks[1] ?? 0) || (mine < theirs ? -1 : 1);
}
