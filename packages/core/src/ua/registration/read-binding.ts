import type { Contact } from "../../headers/contact.js";
import type { SipResponse } from "../../message/sip-response.js";
import { addressTexts, namesOption, secondsOf } from "../exchange/lenient-fields.js";
import { contactsOf, findOwnContact } from "./own-contact.js";
import type { RegisteredBinding } from "./registration-snapshot.js";

/** What a 2xx answers to. */
export interface GrantedRequest {
  /** Our Contact as it was sent. */
  readonly contact: Contact;
  /** Seconds asked for. */
  readonly expires: number;
  readonly isOutbound: boolean;
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a 2xx to REGISTER grants. The time is that of our own Contact, else Expires, else what was asked (RFC 3261 §10.2.4,
 * §10.2.1.1). Undefined: the list is there and we are not in it, or with no time left.
 */
export function readBinding(response: SipResponse, request: GrantedRequest): RegisteredBinding | undefined {
  const listed = findOwnContact(response, request.contact);
  if (listed === undefined && contactsOf(response).length > 0) return undefined;
  const expires = listed?.expires ?? secondsOf(response, "Expires") ?? request.expires;
  if (expires === 0) return undefined;
  return {
    contactUri: String(request.contact.uri),
    expires,
    expiresAt: request.now + expires * 1000,
    path: addressTexts(response, "Path"),
    serviceRoutes: addressTexts(response, "Service-Route"),
    associatedUris: addressTexts(response, "P-Associated-URI"),
    gruus: {
      public: listed?.parameters.get("pub-gruu"),
      temporary: listed?.parameters.get("temp-gruu"),
    },
    isOutbound: request.isOutbound && namesOption(response, "Require", "outbound"),
    flowTimer: secondsOf(response, "Flow-Timer") ?? 0,
  };
}
