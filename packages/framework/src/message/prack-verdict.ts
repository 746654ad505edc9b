import type { SipServletResponse } from "../api/object-model.js";

/** What came of a PRACK: the response it acknowledges, or the status it is refused with. */
export type PrackVerdict =
  | { readonly acknowledged: SipServletResponse }
  | { readonly statusCode: number; readonly reason: string };
