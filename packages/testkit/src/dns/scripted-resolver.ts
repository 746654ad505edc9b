import type { AddressRecord, Clock, DnsAnswer, DnsFailure, DnsResolver, NaptrRecord, SrvRecord } from "@siplet/core";
import { DnsScript, type DnsBehaviour } from "./dns-script.js";
import { DnsZone } from "./dns-zone.js";
import type { ZoneRecord } from "./zone-record.js";

/** What a scripted resolver is made of. */
export interface ScriptedResolverOptions {
  /** For delayed answers. */
  readonly clock: Clock;
  /** Zone text or records. */
  readonly zone?: string | DnsZone;
}

/** A resolver without network: it answers from a zone and a script, like the test name server, with TTLs. */
export class ScriptedResolver implements DnsResolver {
  readonly zone: DnsZone;
  readonly script = new DnsScript();
  /** Every question so far, as `SRV _sip._udp.example.com`. */
  readonly asked: string[] = [];
  readonly #clock: Clock;

  constructor({ clock, zone = "" }: ScriptedResolverOptions) {
    this.#clock = clock;
    this.zone = typeof zone === "string" ? new DnsZone(zone) : zone;
  }

  resolveA(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.#resolve(name, "A", readAddress);
  }

  resolveAaaa(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.#resolve(name, "AAAA", readAddress);
  }

  resolveNaptr(name: string): Promise<DnsAnswer<NaptrRecord>> {
    return this.#resolve(name, "NAPTR", (record) => (record.type === "NAPTR" ? record : undefined));
  }

  resolveSrv(name: string): Promise<DnsAnswer<SrvRecord>> {
    return this.#resolve(name, "SRV", (record) => (record.type === "SRV" ? record : undefined));
  }

  #resolve<Found>(
    name: string,
    type: string,
    read: (record: ZoneRecord) => Found | undefined,
  ): Promise<DnsAnswer<Found>> {
    this.asked.push(`${type} ${name}`);
    const behaviour = this.script.take(name, type);
    const delay = "delay" in behaviour ? behaviour.delay : undefined;
    return new Promise((resolve) => {
      if (behaviour.kind === "silence") return;
      const answer = this.#answer(name, type, behaviour, read);
      if (delay === undefined) resolve(answer);
      else this.#clock.setTimeout(resolve, delay, answer);
    });
  }

  #answer<Found>(
    name: string,
    type: string,
    behaviour: DnsBehaviour,
    read: (record: ZoneRecord) => Found | undefined,
  ): DnsAnswer<Found> {
    if (behaviour.kind === "garbage") return { kind: "failure", reason: "malformed" };
    const { rcode, answers, authority } = this.zone.answer(name, type);
    const code = behaviour.kind === "error" ? behaviour.rcode : rcode;
    if (code !== "NOERROR" && code !== "NXDOMAIN") return { kind: "failure", reason: failureOf(code) };
    const records = answers.flatMap((record) => read(record) ?? []);
    if (records.length > 0 && code === "NOERROR") return { kind: "records", records };
    const [soa] = authority;
    const ttl = soa && Math.min(soa.ttl, soa.minimum);
    return { kind: "negative", reason: code === "NXDOMAIN" ? "nxdomain" : "nodata", ttl };
  }
}

function readAddress(record: ZoneRecord): AddressRecord | undefined {
  return record.type === "A" || record.type === "AAAA" ? { address: record.value, ttl: record.ttl } : undefined;
}

function failureOf(rcode: string): DnsFailure["reason"] {
  if (rcode === "REFUSED") return "refused";
  return rcode === "FORMERR" ? "malformed" : "servfail";
}
