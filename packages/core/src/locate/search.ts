import type { ProtocolChoice } from "./choose-protocol.js";
import { readNumericAddress, type NumericAddress } from "./dns/host-name.js";
import type { AddressRecord, DnsAnswer, SrvRecord } from "./dns/dns-resolver.js";
import type { HopSource, NextHop } from "./hop/next-hop.js";
import { protocolTable, type HopProtocol } from "./hop/protocols.js";
import { createKeyedDraw } from "./keyed-draw.js";
import type { Lookups } from "./lookups.js";
import { compareSrv, compareText, orderSrv, type Draw } from "./order-srv.js";
import { selectServices, srvService, type Service } from "./services.js";

/** What is searched, and by which rules. */
export interface SearchOptions extends ProtocolChoice {
  /** A domain name, checked and in lower case. */
  readonly domain: string;
  readonly port?: number;
  /** Whether NAPTR records are asked for. */
  readonly naptr: boolean;
  readonly families: readonly (4 | 6)[];
  readonly maxHops: number;
  readonly draw: Draw;
  /** With a key the same records lead to the same order: for stateless proxies (RFC 3263 §4.4). */
  readonly key?: string;
}

/** A name whose addresses are servers. */
interface Server {
  readonly host: string;
  readonly port: number;
}

/** What the hops of one service have in common. */
interface Way {
  readonly protocol: HopProtocol;
  readonly source: HopSource;
}

/**
 * The search for the servers of a domain, RFC 3263 §4.1 and §4.2, over what is known: the hops in the order in which
 * they are to be tried, or undefined when answers are missing (see `Lookups`).
 */
export function searchHops(lookups: Lookups, options: SearchOptions): readonly NextHop[] | undefined {
  return new Search(lookups, options).run();
}

class Search {
  readonly #lookups: Lookups;
  readonly #options: SearchOptions;
  readonly #repeatable: boolean;
  readonly #draw: Draw;
  /** Complete ones, by name. */
  readonly #addresses = new Map<string, readonly NumericAddress[]>();

  constructor(lookups: Lookups, options: SearchOptions) {
    this.#lookups = lookups;
    this.#options = options;
    this.#repeatable = options.key !== undefined;
    this.#draw = options.key === undefined ? options.draw : createKeyedDraw(options.key);
  }

  run(): readonly NextHop[] | undefined {
    const { domain, fallback, settled, port } = this.#options;
    if (port !== undefined) return this.#domainHops(fallback, port);
    if (settled) return this.#serviceHops([srvService(domain, fallback)], [fallback]);
    return this.#discoveredHops();
  }

  /** Neither transport nor port is known: the domain's own wish by NAPTR, else what SRV records there are. */
  #discoveredHops(): readonly NextHop[] | undefined {
    const { domain, protocols, fallback, naptr } = this.#options;
    const answer = naptr ? this.#lookups.naptr.get(domain) : undefined;
    if (naptr && answer === undefined) return undefined;
    const offered = answer?.kind === "records" ? selectServices(answer.records, protocols) : [];
    if (offered.length > 0) {
      const wished = offered.map(({ protocol }) => protocol);
      return this.#serviceHops(offered, wished);
    }
    const services = this.#probedProtocols().map((protocol) => srvService(domain, protocol));
    for (const { name } of services) this.#lookups.srv.get(name);
    return this.#serviceHops(services, [fallback, ...protocols]);
  }

  /** RFC 3263 knows no SRV names for WebSocket: they are asked for only by a client that has nothing else. */
  #probedProtocols(): readonly HopProtocol[] {
    const { protocols } = this.#options;
    const probed = protocols.filter((protocol) => protocol !== "ws" && protocol !== "wss");
    return probed.length > 0 ? probed : protocols;
  }

  /**
   * The servers of the first service that has any; without SRV records, the addresses of the domain itself.
   *
   * Deviates: RFC 3263 §4.2 would fall back to the addresses as soon as the first NAPTR rule leads to no SRV records; here
   * the domain's further rules come first, since they say more about where its servers are.
   */
  #serviceHops(services: readonly Service[], fallbacks: readonly HopProtocol[]): readonly NextHop[] | undefined {
    const refused = new Set<HopProtocol>();
    let found = false;
    for (const service of services) {
      const answer = this.#lookups.srv.get(service.name);
      if (answer === undefined) return undefined;
      if (answer.kind !== "records") continue;
      const records = answer.records.filter(({ target }) => target !== ".");
      if (records.length === 0) {
        refused.add(service.protocol);
        continue;
      }
      found = true;
      const hops = this.#srvHops(service, records);
      if (hops === undefined || hops.length > 0) return hops;
    }
    const fallback = found ? undefined : fallbacks.find((protocol) => !refused.has(protocol));
    return fallback ? this.#domainHops(fallback, protocolTable[fallback].port) : [];
  }

  #srvHops(way: Way, records: readonly SrvRecord[]): readonly NextHop[] | undefined {
    let complete = true;
    for (const { target } of records) if (!this.#addressesOf(target)) complete = false;
    if (!complete) return undefined;
    const ordered = orderSrv(this.#repeatable ? records.toSorted(compareSrv) : records, this.#draw);
    const hops: NextHop[] = [];
    for (const { target, port } of ordered) this.#addHops(hops, way, { host: target, port });
    return hops;
  }

  #domainHops(protocol: HopProtocol, port: number): readonly NextHop[] | undefined {
    const host = this.#options.domain;
    if (!this.#addressesOf(host)) return undefined;
    const hops: NextHop[] = [];
    this.#addHops(hops, { protocol, source: "address" }, { host, port });
    return hops;
  }

  /** Adds every address of a server that is not there yet. */
  #addHops(hops: NextHop[], { protocol, source }: Way, { host, port }: Server): void {
    const { domain, maxHops } = this.#options;
    for (const { address, family } of this.#ordered(this.#addressesOf(host) ?? [])) {
      if (hops.length >= maxHops) return;
      if (hops.some((hop) => hop.address === address && hop.port === port)) continue;
      hops.push({ protocol, address, port, family, domain, host, source });
    }
  }

  #addressesOf(name: string): readonly NumericAddress[] | undefined {
    const known = this.#addresses.get(name) ?? this.#readAddresses(name);
    if (known) this.#addresses.set(name, known);
    return known;
  }

  /** All addresses of a name, the preferred family first; undefined when an answer is missing. */
  #readAddresses(name: string): readonly NumericAddress[] | undefined {
    const { families } = this.#options;
    // An address where a name should stand is against RFC 2782, and occurs.
    const numeric = readNumericAddress(name);
    if (numeric) return families.includes(numeric.family) ? [numeric] : [];
    const addresses: NumericAddress[] = [];
    let complete = true;
    for (const family of families) {
      const answer = (family === 4 ? this.#lookups.a : this.#lookups.aaaa).get(name);
      if (answer === undefined) complete = false;
      else for (const { address } of recordsOf(answer)) addresses.push({ address, family });
    }
    return complete ? addresses : undefined;
  }

  /** As the DNS gave them; in a repeatable search drawn by the key, since name servers rotate their answers. */
  #ordered(addresses: readonly NumericAddress[]): readonly NumericAddress[] {
    const { families } = this.#options;
    if (!this.#repeatable || addresses.length < 2) return addresses;
    const rest = addresses.toSorted((one, other) => compareText(one.address, other.address));
    const drawn: NumericAddress[] = [];
    while (rest.length > 0) drawn.push(...rest.splice(this.#draw(rest.length), 1));
    return families.flatMap((family) => drawn.filter((address) => address.family === family));
  }
}

function recordsOf(answer: DnsAnswer<AddressRecord>): readonly AddressRecord[] {
  return answer.kind === "records" ? answer.records : [];
}
