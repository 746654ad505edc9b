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
  const usable: { readonly record: NaptrRecord; readonly rank: number }[] = [];
  for (const record of records) {
    const rank = isSrvRule(record) ? rankOf(record.service, protocols) : -1;
    if (rank >= 0) usable.push({ record, rank });
  }
  usable.sort((one, other) => compareNaptr(one.record, other.record) || one.rank - other.rank);
  return usable.flatMap(({ record, rank }) => {
    const protocol = protocols[rank];
    return protocol ? [{ protocol, name: record.replacement, source: "naptr" } as const] : [];
  });
}

/** Flag `s`, a replacement and no expression: the only form RFC 3263 §4.1 knows. */
function isSrvRule({ flags, regexp, replacement }: NaptrRecord): boolean {
  return (flags === "s" || flags === "S") && regexp === "" && replacement !== ".";
}

function rankOf(service: string, protocols: readonly HopProtocol[]): number {
  const name = service.toUpperCase();
  return protocols.findIndex((protocol) => protocolTable[protocol].naptrService === name);
}
