interface RecordBase {
  /** Owner in lower case, without trailing dot. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
}

/** An address or an alias: RFC 1035 §3.3.1 and §3.4.1, RFC 3596 §2.1. */
export interface NameZoneRecord extends RecordBase {
  readonly type: "A" | "AAAA" | "CNAME";
  readonly value: string;
}

/** RFC 1035 §3.3.14. */
export interface TxtZoneRecord extends RecordBase {
  readonly type: "TXT";
  readonly value: string;
}

/** RFC 2782. */
export interface SrvZoneRecord extends RecordBase {
  readonly type: "SRV";
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** RFC 3403 §4. */
export interface NaptrZoneRecord extends RecordBase {
  readonly type: "NAPTR";
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/** RFC 1035 §3.3.13; `minimum` is the TTL of negative answers (RFC 2308 §4). */
export interface SoaZoneRecord extends RecordBase {
  readonly type: "SOA";
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** A record of a zone, as the test DNS server serves it. */
export type ZoneRecord = NameZoneRecord | TxtZoneRecord | SrvZoneRecord | NaptrZoneRecord | SoaZoneRecord;
