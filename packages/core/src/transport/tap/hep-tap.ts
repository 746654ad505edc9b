import { createSocket, type Socket as UdpSocket, type SocketOptions } from "node:dgram";
import { lookup } from "node:dns";
import { connect, isIP, isIPv6, type Socket } from "node:net";
import type { Clock, TimerHandle } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import { hepPacket } from "./hep-packet.js";
import type { TappedMessage, TransportTap } from "./tapped-message.js";

/** Where the collector is and what it wants. */
export interface HepTapOptions {
  /** Host or IP address of the collector. */
  readonly host: string;
  /** 9060 unless said otherwise. */
  readonly port?: number;
  readonly protocol?: "udp" | "tcp";
  /** Tells this element from others at the collector; 2001 unless said otherwise. */
  readonly captureId?: number;
  readonly authenticationKey?: string;
  /** Octets that may wait for the collector over TCP; what comes beyond is lost and counted. 4 MiB. */
  readonly backlog?: number;
  readonly clock?: Clock;
}

const defaultBacklog = 4 * 1024 * 1024;
/** How long to wait before the collector is called again, in milliseconds. */
const reconnectAfter = 5000;
const addressLifetime = 60_000;

/** Asks for the address of a name once a minute, not once a datagram. */
function cachedLookup(clock: Clock): NonNullable<SocketOptions["lookup"]> {
  let known = { address: "", family: 0 };
  let until = Number.NEGATIVE_INFINITY;
  return (host, options, done) => {
    if (isIP(host) !== 0) return done(null, host, isIP(host));
    if (clock.monotonic() < until) return done(null, known.address, known.family);
    lookup(host, { family: options.family === 6 ? 6 : 4 }, (error, address, family) => {
      if (error === null) {
        known = { address, family };
        until = clock.monotonic() + addressLifetime;
      }
      done(error, address, family);
    });
  };
}

/** Sends each message to a collector such as Homer or Kamailio's `sipcapture`, as HEP3. Never waits, never throws. */
export class HepTap implements TransportTap {
  readonly #options: HepTapOptions;
  readonly #port: number;
  readonly #captureId: number;
  readonly #udp: UdpSocket | undefined;
  readonly #clock: Clock;
  #tcp: Socket | undefined;
  #timer: TimerHandle | undefined;
  #dropped = 0;
  #isOpen = true;

  static readonly #onTimer = (self: HepTap): void => self.#call();

  constructor(options: HepTapOptions) {
    this.#options = options;
    this.#port = options.port ?? 9060;
    this.#captureId = options.captureId ?? 2001;
    this.#clock = options.clock ?? systemClock;
    if (options.protocol === "tcp") this.#call();
    else this.#udp = this.#openUdp();
  }

  /** How many messages were lost because the collector was away or too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  onMessage(message: TappedMessage): void {
    if (!this.#isOpen) return;
    const { authenticationKey } = this.#options;
    const packet = hepPacket(message, { captureId: this.#captureId, authenticationKey });
    if (this.#udp !== undefined) this.#sendUdp(this.#udp, packet);
    else if (this.#canTake(packet.length)) this.#tcp?.write(packet);
    else this.#dropped++;
  }

  /** Sends what waits and ends. */
  close(): Promise<void> {
    this.#isOpen = false;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    const tcp = this.#tcp;
    return new Promise((resolve) => {
      if (this.#udp !== undefined) this.#udp.close(() => resolve());
      else if (tcp === undefined || tcp.destroyed) resolve();
      else tcp.once("close", () => resolve()).destroySoon();
    });
  }

  #openUdp(): UdpSocket {
    const type = isIPv6(this.#options.host) ? "udp6" : "udp4";
    const socket = createSocket({ type, lookup: cachedLookup(this.#clock) });
    socket.on("error", () => {}); // each datagram has its own callback
    socket.unref();
    return socket;
  }

  #sendUdp(socket: UdpSocket, packet: Buffer): void {
    socket.send(packet, this.#port, this.#options.host, (error) => {
      if (error !== null) this.#dropped++;
    });
  }

  #canTake(length: number): boolean {
    const socket = this.#tcp;
    if (socket === undefined || socket.destroyed) return false;
    return socket.writableLength + length <= (this.#options.backlog ?? defaultBacklog);
  }

  #call(): void {
    this.#timer = undefined;
    const socket = connect({ host: this.#options.host, port: this.#port });
    this.#tcp = socket;
    socket.unref();
    socket.resume(); // a collector says nothing that matters
    socket.on("error", () => {}); // told by the close that follows
    socket.on("close", () => {
      if (this.#isOpen) this.#timer = this.#clock.setTimeout(HepTap.#onTimer, reconnectAfter, this);
    });
  }
}
