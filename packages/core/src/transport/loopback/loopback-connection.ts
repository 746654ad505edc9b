import { EngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { Endpoint } from "../endpoint.js";
import { formatEndpoint } from "../endpoint.js";
import type { MachineAddresses } from "../machine-addresses.js";
import type { NetworkList } from "../network-list.js";
import type { AdvertisedAddress, Connection, ConnectionSecurity, Transport, TransportProtocol } from "../transport.js";

/** Where a message to ourselves seems to run. */
export interface LoopbackOptions {
  /** The listener it stands for: what is written into Via, Contact and Record-Route leads there from outside too. */
  readonly listener: Transport;
  /** The connection by which the outside gave cause to the message; undefined when nobody did. */
  readonly origin?: Connection | undefined;
  /** What the sender tells the receiver beside the message. The engine does not look at it. */
  readonly context?: object | undefined;
}

/** Carries messages to their own element. */
interface Carrier {
  readonly isOpen: boolean;
  post(message: SipRequest | SipResponse, connection: Connection, done?: (error?: EngineError) => void): void;
}

/** Somebody in no network of ours: without an origin the address that is shown is the one for the world (RFC 5737). */
const anybody: Endpoint = { address: "192.0.2.1", port: 5060 };
const anybodyIpv6: Endpoint = { address: "2001:db8::1", port: 5060 };

/**
 * A path of an element to itself, for one request and its answers. `remote` is the peer outside that gave cause to it, so
 * that addresses are written as that peer can use them.
 */
export class LoopbackConnection implements Connection {
  readonly transport: Transport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly origin: Connection | undefined;
  readonly context: object | undefined;
  readonly isOutgoing = true;
  readonly #carrier: Carrier;

  constructor(carrier: Carrier, { listener, origin, context }: LoopbackOptions) {
    this.#carrier = carrier;
    this.transport = new LoopbackTransport(listener, () => this);
    this.origin = origin;
    this.context = context;
    this.local = listener.local;
    this.remote = origin?.remote ?? (listener.local.address.includes(":") ? anybodyIpv6 : anybody);
  }

  get isOpen(): boolean {
    return this.#carrier.isOpen;
  }

  get security(): ConnectionSecurity | undefined {
    return this.origin?.security;
  }

  /** Takes the message itself. */
  deliver(message: SipRequest | SipResponse, done?: (error?: EngineError) => void): void {
    this.#carrier.post(message, this, done);
  }

  /** Octets are not carried: they were messages a moment ago. */
  send(_bytes: Uint8Array, done?: (error?: EngineError) => void): void {
    done?.(new EngineError("transport.failed", { detail: `octets to ourselves at ${formatEndpoint(this.local)}` }));
  }

  close(): void {
    // it holds nothing
  }
}

/** A listener as it looks from inside: nothing is lost on the way, so nothing is repeated. */
class LoopbackTransport implements Transport {
  readonly isReliable = true;
  readonly canConnect = false;
  readonly #listener: Transport;
  readonly #connect: () => Connection;

  constructor(listener: Transport, connect: () => Connection) {
    this.#listener = listener;
    this.#connect = connect;
  }

  get protocol(): TransportProtocol {
    return this.#listener.protocol;
  }

  get isSecure(): boolean {
    return this.#listener.isSecure;
  }

  get local(): Endpoint {
    return this.#listener.local;
  }

  get advertised(): AdvertisedAddress | undefined {
    return this.#listener.advertised;
  }

  get localNetworks(): NetworkList | undefined {
    return this.#listener.localNetworks;
  }

  get machine(): MachineAddresses | undefined {
    return this.#listener.machine;
  }

  get asksAlias(): boolean {
    return false;
  }

  connect(): Connection {
    return this.#connect();
  }

  async close(): Promise<void> {
    // the listener belongs to the layer
  }
}
