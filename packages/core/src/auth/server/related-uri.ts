import { canonicalHost } from "../../grammar/host.js";
import { tryParseUri } from "../../uri/parse-uri.js";
import type { Uri } from "../../uri/uri.js";

/** Tells whether credentials made for `credentialsUri` may serve a request that arrived with `requestUri`. */
export type UriPolicy = (credentialsUri: string, requestUri: string) => boolean;

/**
 * The default policy: the URIs are equal, or name the same user, or the same host. Proxies on the way may have
 * exchanged either, but hardly both (RFC 3261 §22.4).
 */
export const isRelatedUri: UriPolicy = (credentialsUri, requestUri) => {
  if (credentialsUri === requestUri) return true;
  const [left, right] = [tryParseUri(credentialsUri), tryParseUri(requestUri)];
  if (left === undefined || right === undefined) return false;
  return left.equals(right) || isSame(userOf(left), userOf(right)) || isSame(hostOf(left), hostOf(right));
};

function isSame(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && left === right;
}

/** A telephone number is a user, in whichever scheme it is written. */
function userOf(uri: Uri): string | undefined {
  if (uri.kind === "sip") return uri.decodedUser;
  return uri.kind === "tel" ? uri.number : undefined;
}

function hostOf(uri: Uri): string | undefined {
  return uri.kind === "sip" ? canonicalHost(uri.host) : undefined;
}
