import { parseMessage, type Connection } from "@siplet/core";
import { requestText, type RequestTextOptions } from "@siplet/testkit";
import type { SipServletRequest } from "../src/api/object-model.js";
import { ContainerSipServletRequest } from "../src/message/container-sip-servlet-request.js";
import { MessageState } from "../src/message/message-state.js";
import type { RoutingState } from "../src/spi/sip-application-router.js";

const endpoint = { address: "192.0.2.1", port: 5060 };
/** As much of a connection as a request that came by it tells. */
const connectionOf = (facts: Partial<Connection>) =>
  ({ local: endpoint, remote: endpoint, transport: { isSecure: false }, ...facts }) as object as Connection;

/** An initial request as a router gets it: from the network, unless it was made in the container. */
export function routedRequest(
  options: Partial<RequestTextOptions> = {},
  { isMadeHere = false, facts = {} }: { readonly isMadeHere?: boolean; readonly facts?: Partial<Connection> } = {},
): SipServletRequest {
  const message = parseMessage(Buffer.from(requestText({ method: "INVITE", ...options })));
  if (message.kind !== "request") throw new TypeError("the text is no request");
  const { method } = message;
  const state = new MessageState(message, isMadeHere ? undefined : connectionOf(facts));
  return new ContainerSipServletRequest({ state, session: undefined, method, isInitial: true });
}

/** What a router is asked with, for a new request unless told otherwise. */
export function routingState(overrides: Partial<RoutingState> = {}): RoutingState {
  return { directive: "NEW", region: undefined, targetedRequestInfo: undefined, stateInfo: undefined, ...overrides };
}
