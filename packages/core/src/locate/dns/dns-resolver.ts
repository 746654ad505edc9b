/** An address of a host: an A record (RFC 1035 §3.4.1) or an AAAA record (RFC 3596 §2.1). */
export interface AddressRecord {
  /** IP literal without brackets. */
  readonly address: string;
  /** Seconds for which the record may be kept. */
  readonly ttl: number;
}

/** A server for a service of a domain: RFC 2782. */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Host name without trailing dot; `.` or empty when the service is not offered. */
  readonly target: string;
  readonly ttl: number;
}

/** A rule that leads to a service or rewrites a number: RFC 3403 §4. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  /** Domain name without trailing dot; `.` or empty when `regexp` holds the rule. */
  readonly replacement: string;
  readonly ttl: number;
}

/** The name does not exist (`nxdomain`), or has no record of that type (`nodata`): RFC 2308 §2. */
export interface DnsNegative {
  readonly kind: "negative";
  readonly reason: "nxdomain" | "nodata";
  /** Seconds for which the absence may be remembered, from the SOA record (RFC 2308 §5), where the resolver knows it. */
  readonly ttl?: number;
}

/** Nothing is known: no server answered, or not with an answer. */
export interface DnsFailure {
  readonly kind: "failure";
  readonly reason: "timeout" | "servfail" | "refused" | "malformed" | "limit";
  readonly cause?: unknown;
}

/** What came of one question. */
export type DnsAnswer<Found> =
  | { readonly kind: "records"; readonly records: readonly Found[] }
  | DnsNegative
  | DnsFailure;

/** The types of records that server location asks for. */
export type DnsRecordType = "A" | "AAAA" | "NAPTR" | "SRV";

/**
 * Asks the domain name system; replaceable. Aliases (CNAME) are followed by whoever implements it. A promise that is
 * rejected counts as a failure, one that never settles as a timeout.
 */
export interface DnsResolver {
  resolveA(name: string): Promise<DnsAnswer<AddressRecord>>;
  resolveAaaa(name: string): Promise<DnsAnswer<AddressRecord>>;
  resolveNaptr(name: string): Promise<DnsAnswer<NaptrRecord>>;
  resolveSrv(name: string): Promise<DnsAnswer<SrvRecord>>;
  /** Gives up what is under way. */
  close?(): void;
}
