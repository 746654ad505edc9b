import { hash } from "node:crypto";
import { isEngineError } from "../../errors/engine-error.js";
import type { Via } from "../../headers/via.js";
import type { NextHop } from "../../locate/hop/next-hop.js";
import type { Locator } from "../../locate/locator.js";
import type { Logger } from "../../log/logger.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { nextHopTarget } from "../../transaction/next-hop-target.js";
import { prepareAttempt } from "../../transaction/outgoing-attempt.js";
import { statelessResponse } from "../../transaction/stateless-response.js";
import { hasMagicCookie, magicCookie } from "../../transaction/transaction-key.js";
import { createVia } from "../../transport/create-via.js";
import type { MessageUser, TransportLayer } from "../../transport/layer/transport-layer.js";
import type { Connection, TransportProtocol } from "../../transport/transport.js";
import { viaPort } from "../../transport/via.js";
import type { Uri } from "../../uri/uri.js";
import { ownFieldsFor } from "../context/route-policy.js";
import { forwardCopy } from "../request/forward-copy.js";
import { isOwnUri } from "../request/own-uri.js";
import type { OwnRouteOptions } from "../request/record-route.js";
import { putBelowVia } from "../request/route-fields.js";
import { adaptToStrictRouter } from "../request/strict-route.js";
import { takeOwnRoutes } from "../request/take-own-routes.js";
import { validateRequest } from "../request/validate-request.js";
import { withoutOwnVia } from "../request/without-own-via.js";

/** What a stateless proxy stands on: no transaction layer. */
export interface StatelessProxyServices {
  readonly transport: TransportLayer;
  readonly locator: Pick<Locator, "locate">;
  readonly log: Logger;
}

/** How a stateless proxy works. */
export interface StatelessProxyOptions {
  /**
   * The one target of a request, or the status it is answered with; undefined leaves it to its Request-URI. The same for
   * each copy of a request, its CANCEL and the ACK of its failure.
   */
  readonly route?: (request: SipRequest) => Uri | string | number | undefined;
  readonly recordRoute?: OwnRouteOptions | boolean;
  /** The option tags that may stand in Proxy-Require, in lower case. */
  readonly extensions?: ReadonlySet<string>;
}

/** Names the stream connection that a request came by, in our own Via. */
const flowParameter = "flow";

/**
 * A proxy that remembers nothing: each request goes to one place, each response back along its Vias. Copies of a request get
 * the same branch and take the same way. Attach it to a transport layer. RFC 3261 §16.11
 */
export class StatelessProxy implements MessageUser {
  readonly #services: StatelessProxyServices;
  readonly #options: StatelessProxyOptions;

  constructor(services: StatelessProxyServices, options: StatelessProxyOptions = {}) {
    this.#services = services;
    this.#options = options;
  }

  onRequest(request: SipRequest, connection: Connection): void {
    const { transport } = this.#services;
    const rejection = validateRequest(request, { own: transport, extensions: this.#options.extensions });
    if (rejection !== undefined) return this.#refuse(request, connection, rejection.statusCode, rejection.unsupported);
    const routed = takeOwnRoutes(request, connection, transport).request;
    const target = this.#options.route?.(routed);
    if (typeof target === "number") return this.#refuse(request, connection, target);
    const copy = forwardCopy(routed, target);
    const isOurs = target === undefined && routed.field("route") === undefined;
    if (isOurs && isOwnUri(routed.requestUri, transport)) return this.#refuse(request, connection, 404);
    const nextHop = adaptToStrictRouter(copy);
    this.#send({ draft: copy.build(), nextHop, branch: statelessBranch(request), incoming: connection });
  }

  onResponse(response: SipResponse): void {
    const { transport } = this.#services;
    const own = response.topVia;
    if (!transport.isOwnVia(own)) return;
    const bare = withoutOwnVia(response);
    const back = bare && this.#wayBack(own, bare.topVia);
    if (bare !== undefined && back !== undefined) transport.send(bare, back);
  }

  onConnectionClosed(): void {
    // nothing waits for an answer here
  }

  /** To the first server; which one that is, the branch decides (RFC 3263 §4.4). */
  #send(plan: StatelessPlan): void {
    const { draft, nextHop, branch } = plan;
    const located = this.#services.locator.locate(nextHopTarget(draft, nextHop), { key: branch });
    if (!(located instanceof Promise)) return this.#sendTo(located, plan);
    located
      .then((hops) => this.#sendTo(hops, plan))
      .catch((error: unknown) => this.#services.log.info({ error, callId: draft.callId }, "a request leads nowhere"));
  }

  #sendTo([hop]: readonly NextHop[], { draft, branch, incoming }: StatelessPlan): void {
    if (hop === undefined) return;
    const { transport } = this.#services;
    const onConnection = (request: RequestBuilder, outgoing: Connection): void => {
      const { recordRoute } = this.#options;
      const wish = { branch: { recordRoute }, defaults: {}, isInDialog: draft.toTag !== undefined };
      putBelowVia(request, ownFieldsFor(request, { incoming, outgoing }, wish));
    };
    const { request, connection } = prepareAttempt(transport, hop, { draft, branch, options: { onConnection } });
    const { serial } = transport.flows.addressOf(incoming);
    const flow = serial === "" ? "" : `;${flowParameter}=${serial}`;
    transport.send(request.addFirst("Via", createVia(connection, branch) + flow).build(), connection);
  }

  /** The connection the request came by, else a new one to where its Via says (RFC 3261 §18.2.2). */
  #wayBack(own: Via, next: Via): Connection | undefined {
    const { transport, log } = this.#services;
    const protocol = next.transport.toLowerCase() as TransportProtocol;
    const address = next.maddr ?? next.received ?? next.host;
    const port = typeof next.rport === "number" ? next.rport : viaPort(next);
    const serial = own.parameters.get(flowParameter);
    try {
      const flow = serial && transport.flows.find({ protocol, local: nowhere, remote: nowhere, serial });
      return flow || transport.connect(protocol, { address, port: serial === undefined ? port : viaPort(next) });
    } catch (error) {
      if (!isEngineError(error)) throw error;
      log.info({ error, sentBy: next.sentBy }, "a response leads nowhere");
      return undefined;
    }
  }

  #refuse(request: SipRequest, connection: Connection, status: number, unsupported?: readonly string[]): void {
    if (request.method === "ACK" || request.method === "CANCEL") return;
    const { transport } = this.#services;
    const response = statelessResponse(request, status);
    if (unsupported !== undefined) response.set("Unsupported", unsupported.join(", "));
    transport.send(response.build(), transport.responseConnection(request, connection));
  }
}

interface StatelessPlan {
  readonly draft: SipRequest;
  /** A strict router, where one comes next. */
  readonly nextHop: Uri | undefined;
  readonly branch: string;
  readonly incoming: Connection;
}

const nowhere = { address: "", port: 0 };

/**
 * The branch of a copy: the same for repeats, CANCEL and the ACK of a failure, which share the branch that came; of what
 * RFC 2543 left, from what they share. RFC 3261 §16.11
 */
function statelessBranch(request: SipRequest): string {
  const via = request.topVia;
  const { branch } = via;
  const stem = hasMagicCookie(branch)
    ? `${branch}\n${via.sentBy}`
    : [via, request.toTag, request.fromTag, request.callId, request.cseq.sequenceNumber, request.requestUriText].join();
  return magicCookie + hash("sha256", stem, "hex").slice(0, 32);
}
