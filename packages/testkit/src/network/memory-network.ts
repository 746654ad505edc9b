import { EngineError } from "@siplet/core";
import type { Clock, Endpoint, RandomSource, TransportFactory, TransportProtocol, TransportUser } from "@siplet/core";
import { WireMessage } from "../messages/wire-message.js";
import { createSeededRandom } from "../random/seeded-random.js";
import type { LinkConditions } from "./link-conditions.js";
import { MemoryTransport, type MemoryTransportOptions } from "./memory-transport.js";
import type { Journey, NetworkListener, NetworkMedium, SendCallback, StreamEnd } from "./network-medium.js";
import { NetworkRule, type RuleOptions } from "./network-rule.js";
import { NetworkTrace, type PacketFate } from "./network-trace.js";
import type { MessageMatch, Packet } from "./packet.js";
import { TrafficPlan, type LinkEnds } from "./traffic-plan.js";

/** What a network is made of. */
export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** Draws loss, jitter and order; the same seed gives the same run. */
  readonly random?: RandomSource;
  readonly conditions?: Partial<LinkConditions>;
  /** Octets of a stream that arrive in one piece at most; all that is there when left out. */
  readonly chunkSize?: number;
}

interface Blocked {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly action: () => void;
}

/**
 * A network without sockets: any number of hosts and listeners, delay and faults by chance or by script, all under the
 * clock of the test. Nothing arrives within the call that sends it: move the clock, by 0 when nothing takes time.
 */
export class MemoryNetwork {
  /** Everything that was sent. Print it when a test fails. */
  readonly trace = new NetworkTrace();
  readonly #clock: Clock;
  readonly #plan: TrafficPlan;
  readonly #listeners = new Map<string, MemoryTransport>();
  readonly #streams = new Map<StreamEnd, StreamEnd>();
  readonly #names = new Map<string, string>();
  readonly #refused = new Set<string>();
  readonly #medium: NetworkMedium;
  readonly #blocked: Blocked[] = [];
  #islands: readonly (readonly string[])[] = [];
  #nextPort = 49_152;

  constructor(options: MemoryNetworkOptions) {
    this.#clock = options.clock;
    this.#plan = new TrafficPlan(options.random ?? createSeededRandom());
    this.#plan.addLink(options.conditions ?? {}, {});
    this.#medium = this.#createMedium(options.chunkSize ?? Number.MAX_SAFE_INTEGER);
  }

  /** A listener for a transport layer. */
  transport(options: MemoryTransportOptions): TransportFactory {
    return (user) => new Promise((resolve) => resolve(this.bind(options, user)));
  }

  /** Starts a listener at once; port 0 takes a free one. @throws EngineError `transport.listen` when the port is taken */
  bind(options: MemoryTransportOptions, user: TransportUser): MemoryTransport {
    const port = options.port === 0 ? this.#medium.takePort() : options.port;
    const transport = new MemoryTransport({ ...options, port }, user, this.#medium);
    const key = listenerKey(transport.protocol, transport.local);
    if (this.#listeners.has(key)) throw new EngineError("transport.listen", { detail: `${key} is taken` });
    this.#listeners.set(key, transport);
    return transport;
  }

  /** Gives a host (`192.0.2.1`) or one of its listeners (`192.0.2.1:5060`) a name in the trace. */
  name(place: string, name: string): void {
    this.#names.set(place, name);
  }

  /** Changes how paths behave: all of them, or those between the hosts named. Later words win. */
  setConditions(conditions: Partial<LinkConditions>, ends: LinkEnds = {}): void {
    this.#plan.addLink(conditions, ends);
  }

  /** Loses matching messages. */
  drop(match: MessageMatch, options?: RuleOptions): NetworkRule {
    return this.#plan.addRule(new NetworkRule({ kind: "drop" }, match, options));
  }

  /** Delivers matching messages `copies` times, twice when left out. */
  duplicate(match: MessageMatch, options: RuleOptions & { readonly copies?: number } = {}): NetworkRule {
    return this.#plan.addRule(new NetworkRule({ kind: "duplicate", copies: options.copies ?? 2 }, match, options));
  }

  /** Holds matching messages back; later datagrams overtake them, a stream stands still. */
  hold(match: MessageMatch, milliseconds: number, options?: RuleOptions): NetworkRule {
    return this.#plan.addRule(new NetworkRule({ kind: "hold", milliseconds }, match, options));
  }

  /** Lets the sending of matching messages fail at the sender; a stream connection breaks. */
  fail(match: MessageMatch, options?: RuleOptions): NetworkRule {
    return this.#plan.addRule(new NetworkRule({ kind: "fail" }, match, options));
  }

  /** Cuts the paths between groups of hosts; datagrams are lost, streams stand still. */
  partition(...islands: readonly (readonly string[])[]): void {
    this.#islands = islands;
  }

  /** Ends the partition. */
  heal(): void {
    this.#islands = [];
    for (const { action } of this.#blocked.splice(0)) action();
  }

  /** Refuses connections to a place although somebody listens there, until `accept`. */
  refuse(place: Endpoint): void {
    this.#refused.add(placeOf(place));
  }

  /** Ends `refuse`. */
  accept(place: Endpoint): void {
    this.#refused.delete(placeOf(place));
  }

  /** Breaks all stream connections of a host, or those between two hosts. */
  reset(address: string, other?: string): void {
    for (const end of this.#streams.keys()) {
      if (end.local.address !== address || (other !== undefined && end.remote.address !== other)) continue;
      end.break("connection reset by peer");
    }
  }

  #createMedium(chunkSize: number): NetworkMedium {
    return {
      clock: this.#clock,
      chunkSize,
      takePort: () => this.#nextPort++,
      sendDatagram: (from, to, load) => this.#sendDatagram(from, to, load.bytes, load.done),
      findListener: (protocol, destination) => this.#findListener(protocol, destination),
      delayBetween: (from, to) => this.#plan.conditions(from, to).delay,
      whenOpen: (from, to, action) => this.#whenOpen({ from, to, action }),
      planStream: (from, to, bytes) => this.#planStream(from, to, bytes),
      adopt: (one, other) => this.#streams.set(one, other).set(other, one),
      forget: (end) => this.#streams.delete(end),
      close: (listener) => this.#listeners.delete(listenerKey(listener.protocol, listener.local)),
    };
  }

  #sendDatagram(from: NetworkListener, to: Endpoint, octets: Uint8Array, done?: SendCallback): void {
    const bytes = Uint8Array.from(octets);
    const packet = this.#packet(from.protocol, from.local, to, bytes);
    const { fate, journey } = this.#isCut(from.local, to)
      ? { fate: "cut by partition" as const, journey: [] }
      : this.#plan.planDatagram(packet);
    const isHeard = this.#listeners.has(listenerKey("udp", to));
    this.#record(packet, from.local, to, fate === "delivered" && !isHeard ? "nobody listens" : fate);
    if (journey === "fails") {
      return done?.(new EngineError("transport.failed", { detail: "failed by a rule of the test" }));
    }
    const arrive = (): void => this.#listeners.get(listenerKey("udp", to))?.receiveDatagram(bytes, from.local);
    for (const delay of journey) this.#clock.setTimeout(arrive, delay, undefined);
    done?.();
  }

  #planStream(from: StreamEnd, to: StreamEnd, bytes: Uint8Array): Journey {
    const packet = this.#packet(from.protocol, from.local, to.local, bytes);
    const { fate, journey } = this.#plan.planStream(packet);
    this.#record(packet, from.home, to.home, fate);
    return journey;
  }

  #isCut(from: Endpoint, to: Endpoint): boolean {
    const island = (address: string): number => this.#islands.findIndex((each) => each.includes(address));
    const [here, there] = [island(from.address), island(to.address)];
    return here >= 0 && there >= 0 && here !== there;
  }

  #whenOpen(blocked: Blocked): void {
    if (this.#isCut(blocked.from, blocked.to)) this.#blocked.push(blocked);
    else blocked.action();
  }

  #findListener(protocol: TransportProtocol, destination: Endpoint): MemoryTransport | undefined {
    if (this.#refused.has(placeOf(destination))) return undefined;
    return this.#listeners.get(listenerKey(protocol, destination));
  }

  #packet(protocol: TransportProtocol, from: Endpoint, to: Endpoint, bytes: Uint8Array): Packet {
    return { protocol, from, to, sentAt: this.#clock.monotonic(), message: new WireMessage(bytes) };
  }

  #record(packet: Packet, from: Endpoint, to: Endpoint, fate: PacketFate): void {
    this.trace.record({ packet, from: this.#nameOf(from), to: this.#nameOf(to), fate });
  }

  #nameOf(endpoint: Endpoint): string {
    const place = placeOf(endpoint);
    return this.#names.get(place) ?? this.#names.get(endpoint.address) ?? place;
  }
}

function placeOf({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}

function listenerKey(protocol: TransportProtocol, place: Endpoint): string {
  return `${protocol}:${placeOf(place)}`;
}
