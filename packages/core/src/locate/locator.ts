import type { Clock, TimerHandle } from "../clock/clock.js";
import { EngineError } from "../errors/engine-error.js";
import type { EngineErrorCode } from "../errors/error-table.js";
import { silentLogger, type Logger } from "../log/logger.js";
import type { RandomSource } from "../random/random-source.js";
import { systemRandom } from "../random/system-random.js";
import { createProtocolChooser, settledChoice, type ProtocolChoice } from "./choose-protocol.js";
import type { DnsCacheLimits } from "./dns/answer-cache.js";
import { DnsCache } from "./dns/dns-cache.js";
import type { DnsFailure, DnsResolver } from "./dns/dns-resolver.js";
import { readDomainName, readNumericAddress, type NumericAddress } from "./dns/host-name.js";
import { HopCursor, type HopCursorOptions } from "./hop/hop-cursor.js";
import type { LocateResponseTarget, LocateTarget, NextHop } from "./hop/next-hop.js";
import { protocolTable, type HopProtocol } from "./hop/protocols.js";
import { ServerPenalties, type HopFailure, type PenaltyLimits } from "./hop/server-penalties.js";
import { Lookups } from "./lookups.js";
import type { Draw } from "./order-srv.js";
import { searchHops, type SearchOptions } from "./search.js";

/** What a locator needs and how it searches. */
export interface LocatorOptions {
  readonly clock: Clock;
  readonly resolver: DnsResolver;
  /** The transports that can be used, the preferred one first. */
  readonly protocols: readonly HopProtocol[];
  readonly log?: Logger;
  readonly random?: Pick<RandomSource, "integer">;
  /** The address families that can be used, the preferred one first; default IPv4, then IPv6. */
  readonly families?: readonly (4 | 6)[];
  /** Whether NAPTR records are asked for; default yes. Some name servers in the field do not answer the question. */
  readonly naptr?: boolean;
  /** Milliseconds for one search; then it goes on with what it has. Default 6000. */
  readonly timeLimit?: number;
  /** Questions of one search; default 48. */
  readonly maxLookups?: number;
  /** Hops of one search; default 32. */
  readonly maxHops?: number;
  readonly cache?: Partial<DnsCacheLimits>;
  readonly penalties?: Partial<PenaltyLimits>;
}

/** How one search differs. */
export interface LocateOptions {
  /**
   * What does not change between retransmissions of a request. With it, the same records give the same order: a
   * stateless proxy takes the first hop (RFC 3263 §4.4).
   */
  readonly key?: string;
}

/** Who is searched for, by host and port. */
interface Place {
  readonly host: string;
  readonly port?: number;
}

/**
 * Finds the servers for a URI or a Via, in the order in which they are to be tried, and remembers those that failed.
 * RFC 3263.
 */
export class Locator {
  /** Answers of the DNS, with a memory; ENUM asks here too. */
  readonly dns: DnsCache;
  readonly #options: LocatorOptions;
  readonly #log: Logger;
  readonly #draw: Draw;
  readonly #families: readonly (4 | 6)[];
  readonly #chooseProtocol: (target: LocateTarget) => ProtocolChoice;
  readonly #penalties: ServerPenalties;

  constructor(options: LocatorOptions) {
    const { clock, resolver, protocols, random = systemRandom, log = silentLogger } = options;
    this.#options = options;
    this.#log = log;
    this.#draw = (max) => random.integer(max);
    this.#families = options.families ?? [4, 6];
    this.#chooseProtocol = createProtocolChooser(protocols);
    this.#penalties = new ServerPenalties(clock, options.penalties);
    this.dns = new DnsCache({ clock, log, resolver, limits: options.cache });
  }

  /**
   * The hops for a request: at once when no DNS is needed or the cache knows all, else a promise. Never empty: without
   * a server it throws or rejects with a `locate.*` error. RFC 3263 §4.
   */
  locate(target: LocateTarget, options: LocateOptions = {}): readonly NextHop[] | Promise<readonly NextHop[]> {
    return this.#locate(target, this.#chooseProtocol(target), options);
  }

  /** As `locate`, for a response that could go back by none of the direct ways: RFC 3263 §5, RFC 3261 §18.2.2. */
  locateResponse(target: LocateResponseTarget): readonly NextHop[] | Promise<readonly NextHop[]> {
    const { protocol } = target;
    if (protocol === "ws" || protocol === "wss") {
      const detail = `a response over ${protocol} has only the connection that the request came by`;
      throw new EngineError("locate.unsupported", { detail });
    }
    return this.#locate(target, settledChoice(protocol, this.#options.protocols), {});
  }

  /** Walks through hops with regard to what failed before. */
  cursor(hops: readonly NextHop[], options?: HopCursorOptions): HopCursor {
    return new HopCursor(hops, this.#penalties, options);
  }

  /** A server did not take a request: no connection, no answer, or 503. RFC 3263 §4.3. */
  reportFailure(hop: NextHop, failure?: HopFailure): void {
    const before = this.#penalties.standingOf(hop);
    this.#penalties.reportFailure(hop, failure);
    const standing = this.#penalties.standingOf(hop);
    if (standing === before) return;
    this.#log.info({ hop, standing, retryAfter: failure?.retryAfter }, "server avoided for a while");
  }

  /** A server answered. */
  reportSuccess(hop: NextHop): void {
    this.#penalties.reportSuccess(hop);
  }

  /** Gives up the questions under way. */
  close(): void {
    this.dns.close();
  }

  #locate(
    place: Place,
    choice: ProtocolChoice,
    options: LocateOptions,
  ): readonly NextHop[] | Promise<readonly NextHop[]> {
    const { host, port } = place;
    if (port !== undefined && !isPort(port)) {
      throw new EngineError("locate.malformed", { detail: `port ${port} of ${host}` });
    }
    const numeric = readNumericAddress(host);
    if (numeric) return [this.#numericHop(numeric, choice.fallback, port)];
    const search = this.#prepareSearch(readHost(host), port, choice, options);
    const lookups = new Lookups(this.dns, this.#options.maxLookups ?? 48);
    const hops = searchHops(lookups, search);
    return hops ? this.#atLeastOne(hops, lookups, search) : this.#askAndSearch(lookups, search);
  }

  #numericHop({ address, family }: NumericAddress, protocol: HopProtocol, port: number | undefined): NextHop {
    if (!this.#families.includes(family)) {
      throw new EngineError("locate.unsupported", { detail: `no IPv${family} here, target ${address}` });
    }
    const chosenPort = port ?? protocolTable[protocol].port;
    return { protocol, address, port: chosenPort, family, domain: address, host: address, source: "numeric" };
  }

  #prepareSearch(
    domain: string,
    port: number | undefined,
    choice: ProtocolChoice,
    { key }: LocateOptions,
  ): SearchOptions {
    return {
      domain,
      port,
      ...choice,
      naptr: this.#options.naptr ?? true,
      families: this.#families,
      maxHops: this.#options.maxHops ?? 32,
      draw: this.#draw,
      key,
    };
  }

  /** Asks for what is missing and searches again, until the search comes to an end or time is up. */
  async #askAndSearch(lookups: Lookups, search: SearchOptions): Promise<readonly NextHop[]> {
    const { clock, timeLimit = 6_000 } = this.#options;
    let timer: TimerHandle | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = clock.setTimeout(() => resolve(lookups.stopWaiting()), timeLimit, undefined);
    });
    try {
      for (;;) {
        await Promise.race([lookups.fetch(), timeUp]);
        const hops = searchHops(lookups, search);
        if (hops) return this.#atLeastOne(hops, lookups, search);
      }
    } finally {
      if (timer) clock.clearTimeout(timer);
    }
  }

  #atLeastOne(hops: readonly NextHop[], lookups: Lookups, { domain, protocols }: SearchOptions): readonly NextHop[] {
    if (hops.length > 0) return hops;
    const { text, failure } = lookups.report();
    throw new EngineError(errorCodeOf(failure), {
      detail: `${domain} over ${protocols.join(", ")}; ${text || "nothing to ask"}`,
    });
  }
}

function errorCodeOf(failure: DnsFailure["reason"] | undefined): EngineErrorCode {
  if (failure === undefined) return "locate.not_found";
  return failure === "timeout" ? "locate.timeout" : "locate.failed";
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65_535;
}

/** The host as a name the DNS may be asked for. */
function readHost(host: string): string {
  const domain = readDomainName(host);
  if (domain === undefined) throw new EngineError("locate.malformed", { detail: `"${host}" is no host name` });
  // RFC 6761 §6.4; browsers put such names into Via and Contact (RFC 7118 §5).
  if (domain === "invalid" || domain.endsWith(".invalid")) {
    throw new EngineError("locate.not_found", {
      detail: `${domain} stands for a host without a name; it is not asked for`,
    });
  }
  return domain;
}
