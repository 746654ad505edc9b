import { createHeaderField, parseNameAddress, splitCommaList, type HeaderField } from "@siplet/core";

/** Header fields that tell what runs on the other side (RFC 3261 §26.1; In-Reply-To names Call-IDs). */
export const softwareHeaders: readonly string[] = ["user-agent", "server", "organization", "in-reply-to"];

/** A Warning without the host that gave it: RFC 3261 §20.43 allows a pseudonym. */
export function hideWarningHost(field: HeaderField): HeaderField {
  const warnings = splitCommaList(field.text).map((warning) => warning.trim().replace(/^(\d{3})\s+\S+/, "$1 b2bua"));
  return createHeaderField(field.name, warnings.join(", "));
}

/** A From or To value whose URI names another host. */
export function withHost(party: string, host: string): string {
  const address = parseNameAddress(party);
  return address.uri.kind === "sip"
    ? String(address.with({ uri: address.uri.with({ host, port: undefined }) }))
    : party;
}
