import type { ProxyBranch as EngineBranch, SipResponse } from "@siplet/core";
import type { Proxy, ProxyBranch } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ContainerSipServletResponse, type ResponseEnd } from "../message/container-sip-servlet-response.js";
import { MessageState } from "../message/message-state.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** A response that came by a proxy is neither answered nor acknowledged by the application. */
const forwardedEnd: ResponseEnd = {
  respond: () => {
    throw new IllegalStateError("state.proxy", { detail: "the proxy forwards this response by itself" });
  },
  createAck: () => {
    throw new IllegalStateError("state.proxy", { detail: "the caller acknowledges a proxied call" });
  },
};

/** Where a response came from and whose it is. */
export interface ResponsePlace {
  readonly session: ContainerSipSession;
  readonly engine?: EngineBranch | undefined;
  readonly proxy?: Proxy | undefined;
  readonly proxyBranch?: ProxyBranch | undefined;
  readonly isBranchResponse?: boolean;
}

/** A response to a proxied request, as its application sees it before it goes on. */
export function shownResponse(
  response: SipResponse,
  request: ContainerSipServletRequest,
  { session, engine, proxy, proxyBranch, isBranchResponse }: ResponsePlace,
): ContainerSipServletResponse {
  return new ContainerSipServletResponse({
    state: new MessageState(response, engine?.connection ?? request.state.connection),
    session,
    request,
    status: response.statusCode,
    reasonPhrase: response.reasonPhrase,
    isOutgoing: false,
    end: forwardedEnd,
    proxy,
    proxyBranch,
    isBranchResponse,
  });
}
