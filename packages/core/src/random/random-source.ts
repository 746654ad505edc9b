/** Where the engine takes tags, branches, Call-IDs, nonces and weighted choices from (RFC 3261 §19.3, RFC 4086). */
export interface RandomSource {
  /** Lower-case hex digits carrying `bits` random bits, rounded up to whole digits; 64 bits are 16 digits. */
  token(bits: number): string;
  /** `bytes` random bytes as lower-case hex, two digits each. */
  hex(bytes: number): string;
  /** A whole number, each of `0 … max - 1` equally likely; `max` is at most 2^47. */
  integer(max: number): number;
}
