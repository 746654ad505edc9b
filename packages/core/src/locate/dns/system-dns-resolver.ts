import { Resolver, lookup } from "node:dns/promises";
import { systemClock } from "../../clock/system-clock.js";
import type { Clock } from "../../clock/clock.js";
import type {
  AddressRecord,
  DnsAnswer,
  DnsFailure,
  DnsNegative,
  DnsResolver,
  NaptrRecord,
  SrvRecord,
} from "./dns-resolver.js";
import { HostsFile } from "./hosts-file.js";

/** How the resolver of the machine is used. */
export interface SystemDnsResolverOptions {
  readonly clock?: Clock;
  /** Name servers, as `address`, `address:port` or `[address]:port`; default: those of the machine. */
  readonly servers?: readonly string[];
  /** Milliseconds for the first try; each further one has twice the time. Default 650. */
  readonly timeout?: number;
  /** How often each server is asked; default 2. */
  readonly tries?: number;
  /** Seconds for which SRV and NAPTR records may be kept: Node does not tell their TTL. Default 60. */
  readonly defaultTtl?: number;
  /** Path of the hosts file, or false to leave it out; default: that of the operating system. */
  readonly hostsFile?: string | false;
  /**
   * Whether a name that the DNS does not know is looked up in the other ways of the machine (search domains, mDNS).
   * Default: only if `servers` is not given, since these ways use the name servers of the machine.
   */
  readonly systemLookup?: boolean;
}

/** Asks by way of Node's resolver (c-ares), after the hosts file, as the machine itself does. */
export class SystemDnsResolver implements DnsResolver {
  /** Asks all servers, the next one when one is silent. */
  readonly #resolver: Resolver;
  /** Ask one server each: Node does not go on to the next one when one says that it failed or refuses. */
  readonly #otherServers: readonly Resolver[];
  readonly #hosts: HostsFile | undefined;
  readonly #defaultTtl: number;
  readonly #systemLookup: boolean;

  constructor(options: SystemDnsResolverOptions = {}) {
    const { clock = systemClock, servers, timeout = 650, tries = 2, hostsFile } = options;
    const createResolver = (names: readonly string[] | undefined): Resolver => {
      const resolver = new Resolver({ timeout, tries });
      if (names) resolver.setServers([...names]);
      return resolver;
    };
    this.#resolver = createResolver(servers);
    this.#otherServers = this.#resolver
      .getServers()
      .slice(1)
      .map((server) => createResolver([server]));
    this.#hosts = hostsFile === false ? undefined : new HostsFile({ clock, path: hostsFile });
    this.#defaultTtl = options.defaultTtl ?? 60;
    this.#systemLookup = options.systemLookup ?? servers === undefined;
  }

  resolveA(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.#resolveAddress(name, 4);
  }

  resolveAaaa(name: string): Promise<DnsAnswer<AddressRecord>> {
    return this.#resolveAddress(name, 6);
  }

  resolveNaptr(name: string): Promise<DnsAnswer<NaptrRecord>> {
    const ttl = this.#defaultTtl;
    return this.#ask(async (resolver) => (await resolver.resolveNaptr(name)).map((record) => ({ ...record, ttl })));
  }

  resolveSrv(name: string): Promise<DnsAnswer<SrvRecord>> {
    const ttl = this.#defaultTtl;
    return this.#ask(async (resolver) =>
      (await resolver.resolveSrv(name)).map(({ name: target, ...record }) => ({ ...record, target, ttl })),
    );
  }

  close(): void {
    for (const resolver of [this.#resolver, ...this.#otherServers]) resolver.cancel();
  }

  async #ask<Found>(question: (resolver: Resolver) => Promise<readonly Found[]>): Promise<DnsAnswer<Found>> {
    let answer = await readAnswer(question(this.#resolver));
    for (const resolver of this.#otherServers) {
      if (answer.kind !== "failure" || answer.reason === "timeout") break;
      answer = await readAnswer(question(resolver));
    }
    return answer;
  }

  async #resolveAddress(name: string, family: 4 | 6): Promise<DnsAnswer<AddressRecord>> {
    const local = await this.#lookupLocally(name, family);
    if (local) return local;
    const answer = await this.#ask<AddressRecord>((resolver) =>
      family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true }),
    );
    const unknown = answer.kind === "negative" && answer.reason === "nxdomain";
    return unknown && this.#systemLookup ? this.#lookupBySystem(name, family, answer) : answer;
  }

  /** A name in the hosts file has the addresses that stand there and no others; `localhost` is never asked for. */
  async #lookupLocally(name: string, family: 4 | 6): Promise<DnsAnswer<AddressRecord> | undefined> {
    const known = await this.#hosts?.lookup(name);
    const addresses = known ?? (isLocalhost(name) ? loopback : undefined);
    if (addresses === undefined) return undefined;
    const records = addresses
      .filter((address) => address.family === family)
      .map(({ address }) => ({ address, ttl: hostsTtl }));
    return records.length > 0 ? { kind: "records", records } : { kind: "negative", reason: "nodata", ttl: hostsTtl };
  }

  async #lookupBySystem(name: string, family: 4 | 6, otherwise: DnsNegative): Promise<DnsAnswer<AddressRecord>> {
    const answer = await readAnswer(lookup(name, { family, all: true }));
    if (answer.kind !== "records") return otherwise;
    return { kind: "records", records: answer.records.map(({ address }) => ({ address, ttl: this.#defaultTtl })) };
  }
}

/** Seconds; the file may change. */
const hostsTtl = 5;

const loopback = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
] as const;

/** RFC 6761 §6.3. */
function isLocalhost(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

async function readAnswer<Found>(records: Promise<readonly Found[]>): Promise<DnsAnswer<Found>> {
  try {
    return { kind: "records", records: await records };
  } catch (error) {
    return readError(error);
  }
}

/** Node does not tell the SOA of a negative answer. */
function readError(error: unknown): DnsNegative | DnsFailure {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOTFOUND":
    case "EBADNAME":
      return { kind: "negative", reason: "nxdomain" };
    case "ENODATA":
      return { kind: "negative", reason: "nodata" };
    case "ETIMEOUT":
    case "ECANCELLED":
      return { kind: "failure", reason: "timeout", cause: error };
    case "EREFUSED":
    case "ECONNREFUSED":
      return { kind: "failure", reason: "refused", cause: error };
    case "EBADRESP":
    case "EFORMERR":
      return { kind: "failure", reason: "malformed", cause: error };
    default:
      return { kind: "failure", reason: "servfail", cause: error };
  }
}
