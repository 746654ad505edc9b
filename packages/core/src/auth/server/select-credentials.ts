import { parseDigestCredentials, type DigestCredentials } from "../digest/digest-credentials.js";
import type { NonceState } from "./nonce-issuer.js";

/** The credentials of a request for one realm. */
export type SelectedCredentials =
  | { readonly kind: "found"; readonly credentials: DigestCredentials; readonly nonce: NonceState }
  | { readonly kind: "none" }
  | { readonly kind: "malformed"; readonly reason: string };

const rank = { fresh: 2, expired: 1, unknown: 0 } as const;

/**
 * Finds the credentials for a realm among all a request carries: other schemes and realms are for others. A client that
 * several servers of one realm challenged sends several (RFC 3261 §22.3); ours are those with a nonce of ours.
 */
export function selectCredentials(
  texts: readonly string[],
  realm: string,
  check: (nonce: string) => NonceState,
): SelectedCredentials {
  let best: Extract<SelectedCredentials, { kind: "found" }> | undefined;
  let malformed: string | undefined;
  for (const parsed of texts.flatMap(parseDigestCredentials)) {
    if (parsed.kind === "malformed" && (parsed.realm ?? realm) === realm) malformed ??= parsed.reason;
    if (parsed.kind !== "digest" || parsed.value.realm !== realm) continue;
    const nonce = check(parsed.value.nonce);
    if (best === undefined || rank[nonce.kind] > rank[best.nonce.kind]) {
      best = { kind: "found", credentials: parsed.value, nonce };
    }
  }
  if (best !== undefined) return best;
  return malformed === undefined ? { kind: "none" } : { kind: "malformed", reason: malformed };
}
