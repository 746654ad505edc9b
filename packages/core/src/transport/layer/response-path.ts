import type { EngineError } from "../../errors/engine-error.js";
import { isIpv4, isIpv6 } from "../../grammar/ip-address.js";
import type { Via } from "../../headers/via.js";
import type { SipRequest } from "../../message/sip-request.js";
import { isPort, type Endpoint } from "../endpoint.js";
import type { Connection, ConnectionSecurity, Destination, Transport, TransportProtocol } from "../transport.js";
import { viaPort } from "../via.js";

/**
 * Looks up where an answer may go when the direct ways failed (RFC 3263 §5): servers for the sent-by of the top Via, best
 * first. `port` is the one written there.
 */
export type ResponseLocator = (
  host: string,
  port: number | undefined,
  protocol: TransportProtocol,
) => Promise<readonly Destination[]>;

/**
 * The connection that an answer takes (RFC 3261 §18.2.2, RFC 3581 §4). Over UDP: `maddr`; else the source address, at the
 * source port when `rport` asked for it, at the port of sent-by if not. On streams: the connection of the request; once that
 * is gone a new one to the source address at the port of sent-by. When these fail, `locate` is asked for sent-by. Over
 * WebSocket (RFC 7118 §5), and from ourselves, nothing but the connection of the request will do.
 */
export function responseConnection(request: SipRequest, connection: Connection, locate?: ResponseLocator): Connection {
  const { transport } = connection;
  if (connection.deliver !== undefined) return connection;
  const via = request.topVia;
  if (transport.protocol === "ws" || transport.protocol === "wss") return connection;
  if (transport.isReliable) return new ResponsePath(connection, via, { locate, reconnects: true });
  if (via.maddr !== undefined && (isIpv4(via.maddr) || isIpv6(via.maddr))) {
    return transport.connect({ address: via.maddr, port: via.port ?? 5060 });
  }
  if (typeof via.rport === "number") return connection;
  const port = viaPort(via);
  const { address } = connection.remote;
  const direct = port === connection.remote.port || !isPort(port) ? connection : transport.connect({ address, port });
  const isWhereItCameFrom = direct === connection && via.received === undefined;
  return locate === undefined || isWhereItCameFrom
    ? direct
    : new ResponsePath(direct, via, { locate, reconnects: false });
}

interface ResponsePathOptions {
  readonly locate: ResponseLocator | undefined;
  /** Whether a new connection to the source may be made when the first is gone. */
  readonly reconnects: boolean;
}

type Done = (error?: EngineError) => void;

interface Failed {
  readonly error: EngineError;
  readonly done: Done | undefined;
}

/** The ways of an answer, tried one after the other until one takes it (RFC 3261 §18.2.2, RFC 3263 §5). */
class ResponsePath implements Connection {
  readonly #via: Via;
  readonly #locate: ResponseLocator | undefined;
  #current: Connection;
  #reconnects: boolean;
  #located: Destination[] | undefined;

  constructor(first: Connection, via: Via, { locate, reconnects }: ResponsePathOptions) {
    this.#current = first;
    this.#via = via;
    this.#locate = locate;
    this.#reconnects = reconnects;
  }

  get transport(): Transport {
    return this.#current.transport;
  }

  get local(): Endpoint {
    return this.#current.local;
  }

  get remote(): Endpoint {
    return this.#current.remote;
  }

  get isOpen(): boolean {
    return true;
  }

  get security(): ConnectionSecurity | undefined {
    return this.#current.security;
  }

  send(bytes: Uint8Array, done?: Done): void {
    if (!this.#current.isOpen && this.#reconnects) this.#reconnect();
    const used = this.#current;
    used.send(bytes, (error) => {
      if (error === undefined) done?.();
      else if (used === this.#current) this.#sendOtherwise(bytes, error, done);
      else this.send(bytes, done); // another answer has found the next way already
    });
  }

  close(): void {
    this.#current.close();
  }

  /** The way taken last has failed. */
  #sendOtherwise(bytes: Uint8Array, error: EngineError, done: Done | undefined): void {
    if (this.#reconnects) {
      this.#reconnect();
      this.send(bytes, done);
    } else if (this.#located !== undefined) {
      this.#sendLocated(bytes, error, done);
    } else if (this.#locate === undefined) {
      done?.(error);
    } else {
      void this.#locateAndSend(this.#locate, bytes, { error, done });
    }
  }

  async #locateAndSend(locate: ResponseLocator, bytes: Uint8Array, { error, done }: Failed): Promise<void> {
    const { host, port } = this.#via;
    try {
      this.#located = [...(await locate(host, port, this.transport.protocol))];
    } catch {
      this.#located = [];
    }
    this.#sendLocated(bytes, error, done);
  }

  #sendLocated(bytes: Uint8Array, error: EngineError, done: Done | undefined): void {
    const next = this.#located?.shift();
    if (next === undefined) {
      done?.(error);
      return;
    }
    this.#current = this.transport.connect(next);
    this.send(bytes, done);
  }

  #reconnect(): void {
    this.#reconnects = false;
    const { host } = this.#via;
    const domain = isIpv4(host) || isIpv6(host) ? undefined : host;
    const { address } = this.#current.remote;
    this.#current = this.transport.connect({ address, port: viaPort(this.#via), domain });
  }
}
