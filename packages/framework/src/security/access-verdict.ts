import type { Caller } from "../session/caller.js";

/** A request that does not reach its servlet, and the answer it gets. */
export interface AccessRefusal {
  readonly kind: "refused";
  readonly statusCode: number;
  readonly reason: string;
  /** Further header fields, such as challenges. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** What becomes of an initial request: it reaches its servlet, from somebody known or not, or is answered. */
export type AccessVerdict = AccessRefusal | { readonly kind: "admitted"; readonly caller: Caller | undefined };

/** A refusal without further fields. */
export function refuse(statusCode: number, reason: string): AccessRefusal {
  return { kind: "refused", statusCode, reason, headers: [] };
}
