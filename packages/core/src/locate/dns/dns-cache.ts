import type { Clock } from "../../clock/clock.js";
import type { Logger } from "../../log/logger.js";
import { AnswerCache, type DnsCacheLimits } from "./answer-cache.js";
import { checkA, checkAaaa, checkNaptr, checkSrv } from "./checked-records.js";
import { compareNaptr } from "./compare-naptr.js";
import type { AddressRecord, DnsAnswer, DnsResolver, NaptrRecord, SrvRecord } from "./dns-resolver.js";

const defaultLimits: DnsCacheLimits = {
  maxEntries: 10_000,
  maxRecords: 16,
  maxPending: 2_000,
  minTtl: 0,
  maxTtl: 86_400,
  negativeTtl: 30,
  maxNegativeTtl: 300,
  failureTtl: 5,
  lookupTimeout: 2_000,
};

/** What a cache needs. */
export interface DnsCacheOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly resolver: DnsResolver;
  readonly limits?: Partial<DnsCacheLimits>;
}

/**
 * A resolver in front of another one: it keeps positive and negative answers for their time, asks once for questions
 * asked together, bounds all of it, and lets only sound records pass.
 */
export class DnsCache implements DnsResolver {
  readonly a: AnswerCache<AddressRecord>;
  readonly aaaa: AnswerCache<AddressRecord>;
  readonly naptr: AnswerCache<NaptrRecord>;
  readonly srv: AnswerCache<SrvRecord>;
  readonly #resolver: DnsResolver;

  constructor({ clock, log, resolver, limits: given }: DnsCacheOptions) {
    const common = { clock, log, limits: { ...defaultLimits, ...given } };
    this.#resolver = resolver;
    this.a = new AnswerCache({ ...common, type: "A", ask: (name) => resolver.resolveA(name), check: checkA });
    this.aaaa = new AnswerCache({
      ...common,
      type: "AAAA",
      ask: (name) => resolver.resolveAaaa(name),
      check: checkAaaa,
    });
    this.naptr = new AnswerCache({
      ...common,
      type: "NAPTR",
      ask: (name) => resolver.resolveNaptr(name),
      check: checkNaptr,
      compare: compareNaptr,
    });
    this.srv = new AnswerCache({
      ...common,
      type: "SRV",
      ask: (name) => resolver.resolveSrv(name),
      check: checkSrv,
      compare: (one, other) => one.priority - other.priority,
    });
  }

  resolveA(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.a.lookup(name);
  }

  resolveAaaa(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.aaaa.lookup(name);
  }

  resolveNaptr(name: string): Promise<DnsAnswer<NaptrRecord>> {
    return this.naptr.lookup(name);
  }

  resolveSrv(name: string): Promise<DnsAnswer<SrvRecord>> {
    return this.srv.lookup(name);
  }

  /** Forgets all answers, for instance after the network changed. */
  clear(): void {
    for (const cache of [this.a, this.aaaa, this.naptr, this.srv]) cache.clear();
  }

  /** Gives up what the resolver behind has under way. */
  close(): void {
    this.#resolver.close?.();
  }
}
