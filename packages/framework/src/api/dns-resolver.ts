import type { SipUri } from "./sip-uri.js";
import type { Uri } from "./uri.js";

/** Telephone numbers to URIs by ENUM. Injectable. JSR 359, RFC 6116; asynchronous here. */
export abstract class DnsResolver {
  /** The best result for a `tel:` or `user=phone` URI; a SIP URI without a number as it is. JSR: `resolveToSipURI`. */
  abstract resolveToSipUri(uri: Uri): Promise<SipUri | undefined>;
  /** All results, best first. JSR: `resolveToSipURIs`. */
  abstract resolveToSipUris(uri: Uri): Promise<readonly SipUri[]>;
  /** Results of another ENUM service, such as `E2U+mailto`. */
  abstract resolveToStrings(uri: Uri, enumService: string): Promise<readonly string[]>;
  /** The domain to ask: `+12025552600` gives `0.0.6.2.5.5.5.2.0.2.1.e164.arpa`. */
  abstract toEnum(uri: Uri): string;
  /** Whether the URI leads to this container. */
  abstract resolvesInternally(uri: SipUri): Promise<boolean>;
}
