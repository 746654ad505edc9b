import type { Address } from "./address.js";
import type { AuthInfo } from "./auth-info.js";
import type { SipApplicationSession, SipServletRequest } from "./object-model.js";
import type { Parameterable } from "./parameterable.js";
import type { SipUri } from "./sip-uri.js";
import type { Uri } from "./uri.js";

/** Makes what an application needs to speak first. Injectable. JSR 289 §4, §11. */
export abstract class SipFactory {
  /** JSR: `createURI`. @throws ServletParseError `parse.uri`. */
  abstract createUri(text: string): Uri;
  /** JSR: `createSipURI`. */
  abstract createSipUri(user: string | undefined, host: string): SipUri;
  /** From text (`"*"` gives the wildcard). @throws ServletParseError `parse.address`. */
  abstract createAddress(text: string): Address;
  abstract createAddress(uri: Uri, displayName?: string): Address;
  /** @throws ServletParseError `parse.parameterable`. */
  abstract createParameterable(text: string): Parameterable;

  /**
   * An initial request in a new session of `applicationSession`. From and To are copied; what they may not hold is
   * left out. The Request-URI is that of `to`.
   *
   * @throws IllegalArgumentError for ACK, CANCEL or an invalid session; ServletParseError for text that is no address.
   */
  abstract createRequest(
    applicationSession: SipApplicationSession,
    method: string,
    from: Address | Uri | string,
    to: Address | Uri | string,
  ): SipServletRequest;
  /** Deprecated by the JSR in favour of `B2buaHelper.createRequest`. */
  abstract createRequest(originalRequest: SipServletRequest, sameCallId: boolean): SipServletRequest;

  abstract createApplicationSession(): SipApplicationSession;
  /** The session with that key, made if there is none: the one `@SipApplicationKey` would find. */
  abstract createApplicationSessionByKey(key: string): SipApplicationSession;
  abstract createAuthInfo(): AuthInfo;
}
