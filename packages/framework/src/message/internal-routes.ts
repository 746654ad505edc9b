import {
  EngineError,
  namedListener,
  nextHopUri,
  portOf,
  type Connection,
  type RequestRoute,
  type RequestRouter,
  type SipRequest,
  type SipUri,
  type Transport,
  type TransportLayer,
  type Uri,
} from "@siplet/core";
import type { ChainContext } from "./chain-context.js";

/** What a request takes along on its way through the container. */
export interface Companions {
  /** The connection by which the outside gave cause to it. */
  readonly origin?: Connection | undefined;
  readonly context?: ChainContext | undefined;
}

const alone: Companions = {};

/** Keeps inside what would leave this container only to come back: no socket lies between its applications (JSR 289 §15.6). */
export class InternalRoutes {
  readonly #transport: TransportLayer;

  constructor(transport: TransportLayer) {
    this.#transport = transport;
  }

  /** Decides for requests that come from nowhere. */
  readonly route: RequestRouter = (request, nextHop) => this.find(request, nextHop, alone);

  /** The way of a request whose next hop we are; undefined for all others. */
  find(request: SipRequest, nextHop: Uri | undefined, companions: Companions): RequestRoute | undefined {
    const uri = nextHopUri(request, nextHop);
    if (uri.kind !== "sip" || !this.#transport.isOwnAddress(uri.maddr ?? uri.host, portOf(uri))) return undefined;
    return { connection: this.connect(companions, uri) };
  }

  /** A path into this container. `uri` tells which listener it stands for; without it that of the origin. */
  connect({ origin, context }: Companions, uri?: SipUri): Connection {
    const listener = this.#listenerOf(uri, origin?.transport);
    return this.#transport.loopback({ listener, origin, context });
  }

  #listenerOf(uri: SipUri | undefined, known: Transport | undefined): Transport {
    const { transports } = this.#transport;
    if (uri === undefined) return known ?? first(transports);
    const named = namedListener(uri, transports);
    if (named !== undefined) return named;
    return (isMeant(known, uri) ? known : transports.find((each) => isMeant(each, uri))) ?? known ?? first(transports);
  }
}

/** A listener on all addresses, or one that is known by a name, has at least the port. */
function isMeant(transport: Transport | undefined, uri: SipUri): transport is Transport {
  return transport !== undefined && (transport.advertised?.port ?? transport.local.port) === portOf(uri);
}

function first(transports: readonly Transport[]): Transport {
  const [transport] = transports;
  if (transport !== undefined) return transport;
  throw new EngineError("transport.unsupported", { detail: "a container without listener has no address of its own" });
}
