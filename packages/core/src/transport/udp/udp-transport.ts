import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, isPort, plainAddress, type Endpoint } from "../endpoint.js";
import { listenError } from "../listener/listen-error.js";
import { Listener, type ListenOptions } from "../listener/listener.js";
import { answerStun } from "../stun/answer-stun.js";
import { StunClient } from "../stun/stun-client.js";
import { decodeStun, isStun, stunTypes } from "../stun/stun-message.js";
import { DatagramBatch, type DatagramDone } from "./datagram-batch.js";
import type {
  Connection,
  Destination,
  PingOutcome,
  Transport,
  TransportContext,
  TransportFactory,
  TransportUser,
} from "../transport.js";

/** How a UDP listener is made. */
export interface UdpOptions extends ListenOptions {
  /** Size of the kernel's receive buffer in octets; 4 MiB, so that a burst waits instead of being lost. */
  readonly receiveBuffer?: number;
  /** Size of the kernel's send buffer in octets. */
  readonly sendBuffer?: number;
  /** Multicast groups to listen to as well, such as `224.0.1.75` (RFC 3261 §18.1.1). */
  readonly multicastGroups?: readonly string[];
}

const firstLetter = 0x21;
const pingLength = 4;
const pong = Buffer.from("\r\n");

/** Starts a UDP listener (RFC 3261 §18). */
export function udpTransport(options: UdpOptions): TransportFactory {
  return async (user, context) => {
    const isIpv6 = options.address.includes(":");
    const socket = createSocket({
      type: isIpv6 ? "udp6" : "udp4",
      ipv6Only: isIpv6 && options.dualStack !== true,
      lookup: isIpv6 ? lookup6 : lookup4,
      recvBufferSize: options.receiveBuffer ?? 4 * 1024 * 1024,
      sendBufferSize: options.sendBuffer,
    });
    const transport = new UdpTransport(socket, options, user, context);
    await transport.bind(options);
    return transport;
  };
}

type Lookup = NonNullable<SocketOptions["lookup"]>;

/** Addresses are IP literals here: no look-up, and none of the tick that Node spends on one. */
const lookup4: Lookup = (address, _options, callback) => callback(null, address, 4);
const lookup6: Lookup = (address, _options, callback) =>
  callback(null, address.includes(":") ? address : `::ffff:${address}`, 6);

class UdpTransport extends Listener implements Transport {
  readonly protocol = "udp";
  readonly isReliable = false;
  readonly isSecure = false;
  readonly #socket: Socket;
  readonly #batch: DatagramBatch;
  readonly #user: TransportUser;
  readonly #stun: StunClient;
  #isOpen = true;

  constructor(socket: Socket, options: UdpOptions, user: TransportUser, context: TransportContext) {
    super(options, context);
    this.#socket = socket;
    this.#batch = new DatagramBatch(socket, sendError);
    this.#user = user;
    this.#stun = new StunClient({ ...context, send: (bytes, remote) => this.send(bytes, remote) });
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
    socket.on("error", () => {}); // a failed send is told to its sender; the socket stays usable
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  bind({ address, port, multicastGroups = [] }: UdpOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => {
        this.#isOpen = false;
        this.#socket.close();
        reject(listenError("udp", { address, port }, cause));
      };
      this.#socket.once("error", onError);
      this.#socket.bind({ address, port }, () => {
        this.#socket.removeListener("error", onError);
        this.bound(this.#socket.address());
        try {
          for (const group of multicastGroups) this.#socket.addMembership(group);
          resolve();
        } catch (cause) {
          onError(cause as Error);
        }
      });
    });
  }

  connect(destination: Destination): Connection {
    return new UdpConnection(this, destination);
  }

  send(bytes: Uint8Array, remote: Endpoint, done?: DatagramDone): void {
    if (!this.#isOpen || !isPort(remote.port)) {
      done?.(this.#refusal(remote));
      return;
    }
    this.#batch.add(bytes, remote, done);
  }

  ping(remote: Endpoint, done: (outcome: PingOutcome) => void): void {
    if (this.#isOpen) this.#stun.ping(remote, done);
    else done({ kind: "failed", error: this.#refusal(remote) });
  }

  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#isOpen = false;
    this.#stun.close(this.#refusal(this.local));
    this.#batch.flush();
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  /** Tells SIP, STUN and keep-alives apart by the first octet (RFC 5626 §8). */
  #receive(bytes: Buffer, from: RemoteInfo): void {
    const remote = { address: plainAddress(from.address), port: from.port };
    const first = bytes[0] ?? 0;
    if (first >= firstLetter) this.#user.onMessage(bytes, new UdpConnection(this, remote));
    else if (isStun(bytes)) this.#receiveStun(bytes, remote);
    else if (!isKeepAlive(bytes)) this.#user.onMessage(bytes, new UdpConnection(this, remote));
    else if (first !== 0 && bytes.length === pingLength) this.send(pong, remote);
  }

  #receiveStun(bytes: Buffer, remote: Endpoint): void {
    const message = decodeStun(bytes);
    if (message === undefined) return;
    const answer = answerStun(message, remote);
    if (answer !== undefined) this.send(answer, remote);
    else if (message.type !== stunTypes.bindingRequest) this.#stun.receive(message, remote);
  }

  #refusal(remote: Endpoint): EngineError {
    const detail = `udp to ${formatEndpoint(remote)}`;
    return this.#isOpen
      ? new EngineError("transport.failed", { detail: `${detail}: no such port` })
      : new EngineError("transport.closed", { detail });
  }
}

/** Octets that people send to keep a NAT open: line ends, blanks and zeros. */
function isKeepAlive(bytes: Buffer): boolean {
  return bytes.length <= pingLength && bytes.every((octet) => octet < firstLetter);
}

function sendError(cause: Error | null, remote: Endpoint): EngineError | undefined {
  if (cause === null || cause === undefined) return undefined;
  return new EngineError("transport.failed", { detail: `udp to ${formatEndpoint(remote)}: ${cause.message}`, cause });
}

/** A pair of UDP addresses. Light: one is made for each datagram that comes in. */
class UdpConnection implements Connection {
  readonly transport: UdpTransport;
  readonly remote: Endpoint;

  constructor(transport: UdpTransport, remote: Endpoint) {
    this.transport = transport;
    this.remote = remote;
  }

  get local(): Endpoint {
    return this.transport.local;
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  send(bytes: Uint8Array, done?: DatagramDone): void {
    this.transport.send(bytes, this.remote, done);
  }

  ping(done: (outcome: PingOutcome) => void): void {
    this.transport.ping(this.remote, done);
  }

  close(): void {
    // the socket serves all peers
  }
}
