import { Contact } from "../../headers/contact.js";
import type { Connection } from "../../transport/transport.js";
import { parseUri } from "../../uri/parse-uri.js";
import type { SipResponse } from "../../message/sip-response.js";
import { localContact } from "../exchange/local-contact.js";
import type { RegistrationOptions } from "./registration-options.js";

/** What our Contact is made of. */
export interface OwnContactParts {
  readonly options: RegistrationOptions;
  /** Seconds to ask for. */
  readonly expires: number;
  readonly isOutbound: boolean;
}

/** The Contact of a REGISTER that takes a connection (RFC 3261 §10.2.1, RFC 5626 §4.2). */
export function ownContact(connection: Connection, { options, expires, isOutbound }: OwnContactParts): Contact {
  const base = baseContact(connection, options);
  let parameters = base.parameters;
  for (const [name, value] of Object.entries(options.contactParameters ?? {})) {
    parameters = parameters.with(name, value);
  }
  const instanceId = options.outbound?.instanceId ?? options.instanceId;
  if (instanceId !== undefined) parameters = parameters.withQuoted("+sip.instance", `<${instanceId}>`);
  if (options.outbound !== undefined && isOutbound) {
    parameters = parameters.with("reg-id", options.outbound.registrationId);
  }
  return base.with({ parameters: parameters.with("expires", expires) });
}

function baseContact(connection: Connection, { contact, addressOfRecord }: RegistrationOptions): Contact {
  if (contact instanceof Contact) return contact;
  if (contact !== undefined) return Contact.create({ uri: contact });
  const address = parseUri(addressOfRecord);
  const user = address.kind === "sip" ? address.user : undefined;
  return Contact.create({ uri: localContact(connection, { user, isSecure: address.scheme === "sips" }) });
}

/**
 * Our own binding among all that a 2xx lists, found by the rules of URI comparison (RFC 3261 §10.2.4); by instance and
 * flow where both tell them (RFC 5626 §4.2.1). A lone contact is ours although its URI was rewritten on the way.
 */
export function findOwnContact(response: SipResponse, own: Contact): Contact | undefined {
  const { uri, instanceId, registrationId } = own;
  const listed = contactsOf(response).filter((each) => each.uri !== undefined);
  const isSameFlow = (each: Contact): boolean =>
    registrationId !== undefined && each.instanceId === instanceId && each.registrationId === registrationId;
  const isSameUri = (each: Contact): boolean =>
    uri !== undefined && each.uri?.equals(uri) === true && (each.instanceId ?? instanceId) === instanceId;
  const found = listed.find(isSameFlow) ?? listed.find(isSameUri);
  return found ?? (listed.length === 1 && listed[0]?.instanceId === instanceId ? listed[0] : undefined);
}

/** The contacts of a message; none when they cannot be read. */
export function contactsOf(response: SipResponse): readonly Contact[] {
  try {
    return response.get("Contact");
  } catch {
    return [];
  }
}
