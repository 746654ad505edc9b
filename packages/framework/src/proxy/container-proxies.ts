import {
  forwardAck,
  forwardRequest,
  isForUs,
  type Connection,
  type HeaderField,
  type RoutedRequest,
  type ServerTransaction,
  type SipRequest,
} from "@siplet/core";
import type { Proxy } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import {
  ContainerSipServletRequest,
  type AnsweringProxy,
  type ProxyFactory,
} from "../message/container-sip-servlet-request.js";
import type { ServerExchange } from "../message/server-exchange.js";
import { existingUsage } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import { ContainerProxy } from "./container-proxy.js";
import { DialogPassage } from "./dialog-passage.js";
import { requireProxyable } from "./require-proxyable.js";
import { routeFrom } from "./route-from.js";

/** The proxies of a container: made for initial requests, at work for what follows in their dialogs. */
export class ContainerProxies implements ProxyFactory {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  /** @throws TooManyHopsError when Max-Forwards is used up; see `requireProxyable` */
  createProxy(request: ContainerSipServletRequest): Proxy & AnsweringProxy {
    const { incoming } = request;
    if (incoming === undefined) {
      throw new IllegalStateError("state.proxy", { detail: "only a received request is proxied" });
    }
    requireProxyable(request, incoming, this.#signalling);
    return new ContainerProxy(request, this.#signalling);
  }

  /** The caller cancelled a request that goes on from here; undefined when nobody carries it on. */
  cancel(
    { servletRequest }: ServerExchange,
    reasons: readonly HeaderField[],
  ): { readonly isHeard: boolean } | undefined {
    const onward = servletRequest instanceof ContainerSipServletRequest ? servletRequest.onward : undefined;
    if (onward?.cancelByCaller(reasons) !== true) return undefined;
    return { isHeard: onward.supervised };
  }

  /** Forwards a request inside a dialog, as its handler left it (JSR 289 §10.2.8). */
  forward(request: ContainerSipServletRequest): void {
    const { incoming } = request;
    if (incoming !== undefined) new DialogPassage(request, incoming, this.#signalling).start();
  }

  /** Forwards the ACK of a 2xx, as its handler left it. */
  forwardAck(request: ContainerSipServletRequest): void {
    const { connection } = request.state;
    if (connection === undefined) return;
    const { routed, session } = request;
    const from = existingUsage(session)?.outbound;
    const { flows, gruus } = this.#signalling;
    const route = routeFrom(connection, this.#signalling);
    forwardAck(routed.request, connection, this.#signalling, { routed, from, flows, gruus, route });
  }

  /** Whether a request is for a device that a registrar of the container knows, by its GRUU (RFC 5627 §5.4). */
  isForDevice({ request }: RoutedRequest): boolean {
    const { requestUri } = request;
    if (requestUri.kind !== "sip" || !requestUri.parameters.has("gr")) return false;
    return this.#signalling.gruus(requestUri, request) !== undefined;
  }

  /**
   * A request of a dialog whose session has ended here, or never was: it is forwarded without its application when it leads
   * on past this container (JSR 289 §6.2.4).
   */
  forwardStranger(transaction: ServerTransaction, routed: RoutedRequest): boolean {
    const { transport, flows, gruus } = this.#signalling;
    if (isForUs(routed.request, transport) && !this.isForDevice(routed)) return false;
    const route = routeFrom(transaction.connection, this.#signalling);
    transaction.user = forwardRequest({ transaction, routed }, this.#signalling, { flows, gruus, route });
    return true;
  }

  /** The ACK of such a dialog. */
  forwardStrangersAck(ack: SipRequest, connection: Connection, routed: RoutedRequest): void {
    const { transport, flows, gruus } = this.#signalling;
    if (isForUs(routed.request, transport) && !this.isForDevice(routed)) return;
    const route = routeFrom(connection, this.#signalling);
    forwardAck(ack, connection, this.#signalling, { routed, flows, gruus, route });
  }
}
