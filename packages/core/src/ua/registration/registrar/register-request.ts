import { detachText } from "../../../auth/client/detach-text.js";
import { canonicalHost } from "../../../grammar/host.js";
import { EngineError } from "../../../errors/engine-error.js";
import type { Contact } from "../../../headers/contact.js";
import type { NameAddress } from "../../../headers/name-address.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { Connection } from "../../../transport/transport.js";
import { addressOfRecordKey } from "../../../uri/address-of-record-key.js";
import type { Uri } from "../../../uri/uri.js";
import { namesOption, viaCount } from "../../exchange/lenient-fields.js";
import type { ReceivedFrom } from "./location-record.js";
import type { RegistrarDomains } from "./registrar-domains.js";

/** A REGISTER as far as a registrar looks at it. */
export interface RegisterRequest {
  /** Address that is registered: the URI of To. */
  readonly addressOfRecord: Uri;
  readonly key: string;
  readonly contacts: readonly Contact[];
  /** `Contact: *`: all bindings go. */
  readonly isRemoveAll: boolean;
  /** Seconds of the Expires header. */
  readonly expires: number | undefined;
  readonly callId: string;
  readonly sequenceNumber: number;
  readonly path: readonly NameAddress[];
  readonly supportsPath: boolean;
  readonly supportsOutbound: boolean;
  readonly supportsGruu: boolean;
  /** Whether it came straight from the user agent: one Via (RFC 5626 §6). */
  readonly isFirstHop: boolean;
  /** Host that the user agent believes to have: sent-by of its Via. */
  readonly sentByHost: string;
  readonly userAgent: string | undefined;
  readonly received: ReceivedFrom | undefined;
  readonly flow: string | undefined;
}

/** What is known beside the request. */
export interface RegisterSource {
  readonly domains: RegistrarDomains;
  /** The connection it came by. */
  readonly connection?: Connection | undefined;
  readonly flow?: string | undefined;
}

/** Reads a REGISTER. @throws EngineError `header.malformed`, `uri.malformed`: 400 */
export function readRegister(request: SipRequest, { domains, connection, flow }: RegisterSource): RegisterRequest {
  const to = request.get("To");
  if (to === undefined) throw new EngineError("header.malformed", { detail: "To is missing" });
  const contacts = request.get("Contact");
  const expires = request.get("Expires");
  const isRemoveAll = contacts.some((contact) => contact.wildcard);
  if (isRemoveAll && (contacts.length > 1 || expires !== 0)) {
    throw new EngineError("header.malformed", {
      detail: "Contact: * stands alone, with Expires: 0 (RFC 3261 §10.2.2)",
    });
  }
  return {
    addressOfRecord: to.uri,
    key: addressOfRecordKey(domains.canonical(to.uri)),
    contacts: isRemoveAll ? [] : contacts,
    isRemoveAll,
    expires,
    callId: detachText(request.callId),
    sequenceNumber: request.cseq.sequenceNumber,
    path: request.get("Path"),
    supportsPath: offers(request, "path"),
    supportsOutbound: offers(request, "outbound"),
    supportsGruu: offers(request, "gruu"),
    isFirstHop: viaCount(request) === 1,
    sentByHost: canonicalHost(request.topVia.host),
    userAgent: request.getText("User-Agent"),
    received: connection && {
      protocol: connection.transport.protocol,
      address: connection.remote.address,
      port: connection.remote.port,
    },
    flow,
  };
}

function offers(request: SipRequest, tag: string): boolean {
  return namesOption(request, "Supported", tag) || namesOption(request, "Require", tag);
}
