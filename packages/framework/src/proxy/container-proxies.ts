import {
  createResponse,
  forwardAck,
  forwardRequest,
  type Connection,
  type RequestRouter,
  type SipRequest,
} from "@siplet/core";
import type { Proxy } from "../api/object-model.js";
import { TooManyHopsError } from "../errors/too-many-hops-error.js";
import { originOf } from "../message/chain-context.js";
import type {
  AnsweringProxy,
  ContainerSipServletRequest,
  ProxyFactory,
} from "../message/container-sip-servlet-request.js";
import type { ServerExchange } from "../message/server-exchange.js";
import type { Signalling } from "../message/signalling.js";
import { ContainerProxy } from "./container-proxy.js";
import { ProxyWatch } from "./proxy-watch.js";

/** The proxies of a container: made for initial requests, at work for what follows in their dialogs. */
export class ContainerProxies implements ProxyFactory {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  /** @throws TooManyHopsError when Max-Forwards is used up; the request is then answered 483 (RFC 3261 §16.3) */
  createProxy(request: ContainerSipServletRequest): Proxy & AnsweringProxy {
    if (request.maxForwards === 0) {
      void request.createResponse(483).send();
      throw new TooManyHopsError({ detail: `${request.method} ${request.callId}` });
    }
    return new ContainerProxy(request, this.#signalling, request.session.application.proxyTimeout);
  }

  /** The caller cancelled; false when the request is not proxied. */
  cancel(exchange: ServerExchange): boolean {
    const { servletRequest } = exchange;
    const proxy = "existingProxy" in servletRequest ? servletRequest.existingProxy : undefined;
    return proxy instanceof ContainerProxy && proxy.cancelByCaller();
  }

  /** Forwards a request inside a dialog, as its handler left it (JSR 289 §10.2.8). */
  forward(request: ContainerSipServletRequest): void {
    const { incoming } = request;
    if (incoming === undefined) return;
    const watch = new ProxyWatch(request, this.#signalling, { supervised: true, branchOf: () => undefined });
    const { transaction } = incoming;
    try {
      const { flows } = this.#signalling;
      const forwarded = { transaction, routed: request.routed, user: watch };
      const options = { flows, route: this.#routeFrom(transaction.connection) };
      watch.attach(forwardRequest(forwarded, this.#signalling, options));
    } catch (error) {
      this.#signalling.log.warn(
        { error, method: request.method, callId: request.callId },
        "a request could not be forwarded",
      );
      if (incoming.isOpen) transaction.respond(createResponse(incoming.request, 400).build());
    }
  }

  /** Forwards the ACK of a 2xx, as its handler left it. */
  forwardAck(ack: SipRequest, connection: Connection): void {
    forwardAck(ack, connection, this.#signalling, {
      flows: this.#signalling.flows,
      route: this.#routeFrom(connection),
    });
  }

  /** Where the next application of the dialog is in this container, the request goes there by no socket. */
  #routeFrom(connection: Connection): RequestRouter {
    const companions = { origin: originOf(connection) };
    return (request, nextHop) => this.#signalling.routes.find(request, nextHop, companions);
  }
}
