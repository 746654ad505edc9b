import type { SipRequest } from "@siplet/core";
import type { Proxy, SipServletRequest } from "../api/object-model.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ServerExchange } from "../message/server-exchange.js";
import type { ProxyFactory, Signalling } from "../message/signalling.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** The proxies of a container. */
export class ContainerProxies implements ProxyFactory {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  createProxy(_request: SipServletRequest): Proxy {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "getProxy" });
  }

  cancel(_exchange: ServerExchange): boolean {
    return false;
  }

  forward(_request: ContainerSipServletRequest): void {}

  forwardAck(_ack: SipRequest, _session: ContainerSipSession): void {}
}
