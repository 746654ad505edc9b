/** What every kind of URI can tell. URIs are immutable. */
export interface UriValue {
  /** `sip` covers sips as well; `other` is every scheme the engine does not read. */
  readonly kind: "sip" | "tel" | "other";
  /** The scheme in lower case. */
  readonly scheme: string;
  /**
   * A hash key: equal URIs have the same key, URIs with the same key may still differ. SIP URI equality is not
   * transitive (RFC 3261 §19.1.4), so no key can stand for it: find candidates by `key`, then ask `equals`.
   */
  readonly key: string;
  /** Equality by the rules of the scheme: RFC 3261 §19.1.4, RFC 3966 §4. */
  equals(other: UriValue): boolean;
  /** The text as received; a URI that was built or changed is written anew. */
  toString(): string;
}
