import type { Clock } from "../../clock/clock.js";
import type { Endpoint } from "../endpoint.js";
import type { TransportProtocol } from "../transport.js";

/** The next hop of a request as location found it (RFC 3263 §4). */
export interface RequestHop extends Endpoint {
  readonly protocol: TransportProtocol;
  /** The name whose certificate the peer has to show (RFC 5922 §4). */
  readonly domain?: string;
}

/** Which protocol a request takes, and which one if the first is refused. */
export interface ProtocolChoice {
  readonly protocol: TransportProtocol;
  readonly fallback?: TransportProtocol;
}

/** What is known of the way to the peers. */
export interface SizeRuleOptions {
  readonly clock: Clock;
  /** Largest request in octets that leaves by UDP when the path MTU is unknown: 1,300. */
  readonly limit?: number;
  /** The path MTU to an address where it is known; a request then has to stay 200 octets below. */
  readonly pathMtu?: (address: string) => number | undefined;
  /** How long, in milliseconds, a peer that refused TCP gets large requests by UDP at once: 5 minutes. */
  readonly refusalMemory?: number;
}

/** The margin below a known MTU (RFC 3261 §18.1.1). */
const mtuMargin = 200;
/** How many peers without TCP are remembered. */
const remembered = 10_000;

/**
 * The size rule of RFC 3261 §18.1.1: a request too large for one datagram takes a congestion-controlled transport, and UDP
 * after all when the peer refuses that. Only for requests; answers go where the request came from, whatever their size.
 */
export class SizeRule {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #pathMtu: SizeRuleOptions["pathMtu"];
  readonly #refusalMemory: number;
  /** Peers that refused TCP, and until when that is believed. */
  readonly #refused = new Map<string, number>();

  constructor(options: SizeRuleOptions) {
    this.#clock = options.clock;
    this.#limit = options.limit ?? 1300;
    this.#pathMtu = options.pathMtu;
    this.#refusalMemory = options.refusalMemory ?? 300_000;
  }

  /** Decides for a request of `size` octets, its own Via included. */
  chooseProtocol(hop: RequestHop, size: number): ProtocolChoice {
    if (hop.protocol !== "udp") return { protocol: hop.protocol };
    const mtu = this.#pathMtu?.(hop.address);
    const largest = mtu === undefined ? this.#limit : mtu - mtuMargin;
    if (size <= largest || this.#hasRefused(hop)) return { protocol: "udp" };
    return { protocol: "tcp", fallback: "udp" };
  }

  /** The peer refused TCP (`transport.refused`): large requests go by UDP for a while. */
  tcpRefused(hop: Endpoint): void {
    if (this.#refused.size >= remembered) this.#refused.clear();
    this.#refused.set(key(hop), this.#clock.monotonic() + this.#refusalMemory);
  }

  #hasRefused(hop: Endpoint): boolean {
    const until = this.#refused.get(key(hop));
    if (until === undefined) return false;
    if (until > this.#clock.monotonic()) return true;
    this.#refused.delete(key(hop));
    return false;
  }
}

function key({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
