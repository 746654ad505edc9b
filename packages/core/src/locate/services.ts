import type { NaptrRecord } from "./dns/dns-resolver.js";
import { compareNaptr } from "./dns/compare-naptr.js";
import { protocolTable, type HopProtocol } from "./hop/protocols.js";

/** A transport of a domain and the name of its SRV records. */
export interface Service {
  readonly protocol: HopProtocol;
  readonly name: string;
  readonly source: "naptr" | "srv";
}

/** The service of a domain for one transport, by the rule for names: RFC 3263 §4.2. */
export function srvService(domain: string, protocol: HopProtocol): Service {
  return { protocol, name: protocolTable[protocol].srvPrefix + domain, source: "srv" };
}

/**
 * The services that NAPTR records offer over transports the client has, best first: by order, then preference, both the
 * server's; among equals the client's own preference. RFC 3263 §4.1.
 */
export function selectServices(records: readonly NaptrRecord[], protocols: readonly HopProtocol[]): readonly Service[] {
  const usable: RankedRule[] = [];
  for (const record of records) {
    const rank = isSrvRule(record) ? rankOf(record.service, protocols) : -1;
    const protocol = protocols[rank];
    if (protocol) usable.push({ record, rank, protocol });
  }
  usable.sort((one, other) => compareNaptr(one.record, other.record) || one.rank - other.rank);
  return usable.map(({ record, protocol }) => ({ protocol, name: record.replacement, source: "naptr" }));
}

interface RankedRule {
  readonly record: NaptrRecord;
  readonly protocol: HopProtocol;
  /** Place among the client's transports. */
  readonly rank: number;
}

/** Flag `s`, a replacement and no expression: the only form RFC 3263 §4.1 knows. */
function isSrvRule({ flags, regexp, replacement }: NaptrRecord): boolean {
  return (flags === "s" || flags === "S") && regexp === "" && replacement !== ".";
}

function rankOf(service: string, protocols: readonly HopProtocol[]): number {
  const name = service.toUpperCase();
  return protocols.findIndex((protocol) => protocolTable[protocol].naptrService === name);
}
