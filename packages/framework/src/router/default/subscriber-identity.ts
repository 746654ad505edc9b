import type { SipServletRequest } from "../../api/object-model.js";
import { isServletError } from "../../errors/servlet-error.js";

/** How the subscriber of an application is found: the URI of a header field, or a text as it is. JSR 289, appendix C. */
export type SubscriberIdentity =
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "literal"; readonly text: string };

/** Reads `DAR:From` or a literal. */
export function readIdentity(text: string): SubscriberIdentity {
  return /^dar:/i.test(text) ? { kind: "header", name: text.slice("dar:".length).trim() } : { kind: "literal", text };
}

/** The subscriber of a request; undefined when the request does not tell. */
export function subscriberOf(identity: SubscriberIdentity, request: SipServletRequest): string | undefined {
  if (identity.kind === "literal") return identity.text === "" ? undefined : identity.text;
  try {
    return request.getAddressHeader(identity.name)?.uri?.toString();
  } catch (error) {
    // A header field that nobody can read names nobody; refusing the request is not the router's business.
    if (isServletError(error)) return undefined;
    throw error;
  }
}
