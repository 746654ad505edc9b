import type { NaptrRecord } from "./dns-resolver.js";

/** The order in which rules are tried: by order, then by preference. RFC 3403 §4.1. */
export function compareNaptr(one: NaptrRecord, other: NaptrRecord): number {
  return one.order - other.order || one.preference - other.preference;
}
