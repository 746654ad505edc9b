// clock
export { ManualClock } from "./clock/manual-clock.js";
// random
export { createSeededRandom } from "./random/seeded-random.js";
// dns
export { DnsServer, type DnsQuery, type DnsServerOptions } from "./dns/dns-server.js";
export { DnsScript, type DnsBehaviour, type DnsSelector } from "./dns/dns-script.js";
export { DnsZone, type ZoneAnswer } from "./dns/dns-zone.js";
export { parseZone } from "./dns/parse-zone.js";
export { ScriptedResolver, type ScriptedResolverOptions } from "./dns/scripted-resolver.js";
export type {
  NameZoneRecord,
  NaptrZoneRecord,
  SoaZoneRecord,
  SrvZoneRecord,
  TxtZoneRecord,
  ZoneRecord,
} from "./dns/zone-record.js";
export { dnsResolverCases, dnsResolverZone, type DnsResolverCase } from "./dns/dns-resolver-cases.js";
