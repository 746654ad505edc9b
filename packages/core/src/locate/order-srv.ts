import type { SrvRecord } from "./dns/dns-resolver.js";

/** A whole number, `0 … max - 1`. */
export type Draw = (max: number) => number;

/** A weight of zero still has a very small chance beside others (RFC 2782, Weight). */
const zeroWeightShare = 1000;

/**
 * Orders servers for one request: lowest priority first, within a priority drawn one after the other, each with a
 * chance in proportion to its weight. RFC 2782 (RFC 3263 §4.3).
 */
export function orderSrv(records: readonly SrvRecord[], draw: Draw): readonly SrvRecord[] {
  if (records.length < 2) return records;
  const sorted = records.toSorted((one, other) => one.priority - other.priority);
  for (let start = 0; start < sorted.length;) {
    const end = endOfPriority(sorted, start);
    shuffleByWeight(sorted, start, end, draw);
    start = end;
  }
  return sorted;
}

function endOfPriority(sorted: readonly SrvRecord[], start: number): number {
  const priority = sorted[start]?.priority;
  let end = start + 1;
  while (end < sorted.length && sorted[end]?.priority === priority) end++;
  return end;
}

function shuffleByWeight(records: SrvRecord[], start: number, end: number, draw: Draw): void {
  let total = 0;
  for (let index = start; index < end; index++) total += shareOf(records[index]);
  for (let place = start; place < end - 1; place++) {
    let left = draw(total);
    let index = place;
    while (index < end - 1 && left >= shareOf(records[index])) left -= shareOf(records[index++]);
    const [drawn] = records.splice(index, 1);
    if (drawn === undefined) return;
    records.splice(place, 0, drawn);
    total -= shareOf(drawn);
  }
}

function shareOf(record: SrvRecord | undefined): number {
  return record === undefined ? 0 : record.weight === 0 ? 1 : record.weight * zeroWeightShare;
}

/** An order of records that does not depend on the order in which a name server gave them. */
export function compareSrv(one: SrvRecord, other: SrvRecord): number {
  return (
    one.priority - other.priority ||
    one.weight - other.weight ||
    compareText(one.target, other.target) ||
    one.port - other.port
  );
}

/** Compares by code unit: the same everywhere, whatever the locale. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
