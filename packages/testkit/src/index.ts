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
// messages
export { WireMessage } from "./messages/wire-message.js";
export { requestText, type HeaderOverrides, type RequestTextOptions } from "./messages/request-text.js";
export { responseText, type ResponseTextOptions } from "./messages/response-text.js";
export {
  ackText,
  audioOffer,
  byeText,
  cancelText,
  inviteText,
  optionsText,
  type RequestOverrides,
} from "./messages/requests.js";
// network
export { MemoryNetwork, type MemoryNetworkOptions } from "./network/memory-network.js";
export type { MemoryTransport, MemoryTransportOptions } from "./network/memory-transport.js";
export type { LinkConditions } from "./network/link-conditions.js";
export type { LinkEnds } from "./network/traffic-plan.js";
export type { NetworkRule, RuleOptions } from "./network/network-rule.js";
export { NetworkTrace, type PacketFate, type TraceEntry, type TraceFilter } from "./network/network-trace.js";
export type { MessageMatch, Packet } from "./network/packet.js";
// user agents
export {
  ScriptedUserAgent,
  type IncomingMatch,
  type ScriptAction,
  type ScriptedUserAgentOptions,
} from "./user-agent/scripted-user-agent.js";
export type { IncomingMessage } from "./user-agent/incoming-message.js";
// elements
export {
  answer,
  draftOf,
  RecordedExchange,
  RecordingElement,
  type RecordedAck,
  type RecordedCancel,
  type RecordingElementOptions,
} from "./element/recording-element.js";
// compliance
export { RecordingUser, type RecordedEnd, type RecordedMessage } from "./compliance/recording-user.js";
export type { Side, TransportBench, TransportSubject } from "./compliance/transport-bench.js";
export { checkTransport, transportCases, type TransportCase } from "./compliance/transport-cases.js";
export { sessionStoreCases, type SessionStoreCase } from "./compliance/session-store-cases.js";
