import { readDomainName, readNumericAddress } from "./host-name.js";
import type { AddressRecord, NaptrRecord, SrvRecord } from "./dns-resolver.js";

const largestUint16 = 65_535;
/** RFC 1035 §3.3: a character-string. */
const longestString = 255;

/** A record as someone else's code or server gave it: any field may hold anything. */
type Unchecked<Found> = Readonly<Partial<Record<keyof Found, unknown>>>;

/** Reads one record of a kind; undefined when it cannot be used. */
export type RecordCheck<Found> = (record: Unchecked<Found>) => Found | undefined;

/** Checks an A record. */
export const checkA: RecordCheck<AddressRecord> = (record) => checkAddress(record, 4);

/** Checks an AAAA record. */
export const checkAaaa: RecordCheck<AddressRecord> = (record) => checkAddress(record, 6);

function checkAddress({ address, ttl }: Unchecked<AddressRecord>, family: 4 | 6): AddressRecord | undefined {
  const numeric = typeof address === "string" ? readNumericAddress(address) : undefined;
  return numeric?.family === family ? { address: numeric.address, ttl: checkTtl(ttl) } : undefined;
}

/** Checks an SRV record; the target of one that says "not offered" becomes `.`. */
export const checkSrv: RecordCheck<SrvRecord> = ({ priority, weight, port, target, ttl }) => {
  if (!isUint16(priority) || !isUint16(weight) || !isUint16(port)) return undefined;
  const name = checkName(target);
  if (name === undefined || (port === 0 && name !== ".")) return undefined;
  return { priority, weight, port, target: name, ttl: checkTtl(ttl) };
};

/** Checks a NAPTR record; an absent replacement becomes `.`. */
export const checkNaptr: RecordCheck<NaptrRecord> = (record) => {
  const { order, preference, flags, service, regexp } = record;
  const replacement = checkName(record.replacement);
  if (!isUint16(order) || !isUint16(preference) || replacement === undefined) return undefined;
  if (!isShortString(flags) || !isShortString(service) || !isShortString(regexp)) return undefined;
  return { order, preference, flags, service, regexp, replacement, ttl: checkTtl(record.ttl) };
};

/** RFC 2181 §8: a TTL is 31 bits; what is out of range counts as zero. */
export function checkTtl(ttl: unknown): number {
  return typeof ttl === "number" && ttl > 0 && ttl <= 0x7fff_ffff ? ttl : 0;
}

/** The name in lower case, an IP literal where a name should be, or `.` for the root. */
function checkName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  if (name === "" || name === ".") return ".";
  return readDomainName(name) ?? readNumericAddress(name)?.address;
}

function isUint16(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= largestUint16;
}

function isShortString(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestString;
}
