import type { Clock } from "../clock/clock.js";
import { systemClock } from "../clock/system-clock.js";
import { EngineError } from "../errors/engine-error.js";
import type { DnsResolver } from "../locate/dns/dns-resolver.js";
import { SystemDnsResolver } from "../locate/dns/system-dns-resolver.js";
import type { NextHop } from "../locate/hop/next-hop.js";
import { Locator } from "../locate/locator.js";
import { silentLogger, type Logger } from "../log/logger.js";
import type { ParseLimits } from "../message/parse-limits.js";
import type { RandomSource } from "../random/random-source.js";
import { systemRandom } from "../random/system-random.js";
import { RequestSender } from "../transaction/request-sender.js";
import type { TimerValues } from "../transaction/timer-values.js";
import { TransactionLayer } from "../transaction/transaction-layer.js";
import type { TransactionUser } from "../transaction/transaction-user.js";
import { tcpTransport } from "../transport/tcp/tcp-transport.js";
import { TransportLayer, type TransportLayerOptions } from "../transport/layer/transport-layer.js";
import type { Transport, TransportFactory, TransportProtocol } from "../transport/transport.js";
import { udpTransport } from "../transport/udp/udp-transport.js";
import { parseListenPoint } from "./listen-point.js";

/** What a stack is made of; everything has a default. */
export interface SipStackOptions {
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly log?: Logger;
  readonly timers?: Partial<TimerValues>;
  readonly limits?: ParseLimits;
  readonly resolver?: DnsResolver;
  /** Looks at each message before it is parsed, see {@link TransportLayerOptions.admit}. */
  readonly admit?: TransportLayerOptions["admit"];
  /** Stands in every branch: tells the engines of a cluster apart. */
  readonly branchPrefix?: string;
}

/** Something to listen on: `udp:0.0.0.0:5060`, or a transport of one's own making. */
export type ListenInput = string | TransportFactory;

/** Transport, transactions and location put together: what user agents, proxies and the container stand on. */
export class SipStack {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly locator: Locator;
  readonly sender: RequestSender;

  constructor(options: SipStackOptions = {}) {
    const { clock = systemClock, random = systemRandom, log = silentLogger } = options;
    this.clock = clock;
    this.random = random;
    this.log = log;
    this.transport = new TransportLayer({
      clock,
      random,
      log,
      limits: options.limits,
      admit: options.admit,
      t1: options.timers?.t1,
      locateResponse: (host, port, protocol) => this.#locateResponse(host, port, protocol),
    });
    this.transactions = new TransactionLayer({
      transport: this.transport,
      clock,
      random,
      log,
      timers: options.timers,
      branchPrefix: options.branchPrefix,
    });
    this.locator = new Locator({
      clock,
      log,
      random,
      resolver: options.resolver ?? new SystemDnsResolver(),
      protocols: ["udp", "tcp", "tls", "ws", "wss"],
    });
    this.sender = new RequestSender({
      transport: this.transport,
      transactions: this.transactions,
      locator: this.locator,
      clock,
      log,
    });
  }

  /** Names who takes new requests. */
  attach(user: TransactionUser): void {
    this.transactions.attach(user);
  }

  /**
   * Starts a listener.
   * @throws EngineError `transport.listen` when the place is taken or cannot be read
   */
  listen(input: ListenInput): Promise<Transport> {
    return this.transport.add(typeof input === "string" ? transportOf(input) : input);
  }

  /** Where an answer goes when the direct ways have failed (RFC 3263 §5). SCTP has no records of ours to ask for. */
  async #locateResponse(
    host: string,
    port: number | undefined,
    protocol: TransportProtocol,
  ): Promise<readonly NextHop[]> {
    return protocol === "sctp" || protocol === "tls-sctp" ? [] : this.locator.locateResponse({ protocol, host, port });
  }

  /** Ends all transactions without a word, stops all listeners and closes all connections. Nothing keeps running. */
  async close(): Promise<void> {
    this.transactions.close();
    this.locator.close();
    await this.transport.close();
  }
}

function transportOf(text: string): TransportFactory {
  const { protocol, address, port } = parseListenPoint(text);
  if (protocol === "udp") return udpTransport({ address, port });
  if (protocol === "tcp") return tcpTransport({ address, port });
  throw new EngineError("transport.listen", {
    detail: `"${text}": ${protocol} needs more than an address; give tlsTransport({…}), or wsTransport({…}) of @siplet/core/transport/ws`,
  });
}
