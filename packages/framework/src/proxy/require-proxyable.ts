import { loopHash, rejectionResponse, validateRequest, type ProxyRejection } from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletError } from "../errors/servlet-error.js";
import { TooManyHopsError } from "../errors/too-many-hops-error.js";
import type { ContainerSipServletRequest, IncomingEnd } from "../message/container-sip-servlet-request.js";
import type { Signalling } from "../message/signalling.js";

/**
 * Checks whether a request may be proxied; one that may not is answered here: 483, 482, 420, 416. RFC 3261 §16.3, RFC 5393
 * @throws TooManyHopsError when Max-Forwards is used up; ServletError `proxy.loop`; IllegalStateError for what else is wrong
 */
export function requireProxyable(
  request: ContainerSipServletRequest,
  incoming: IncomingEnd,
  { transport, random }: Signalling,
): void {
  const detail = `${request.method} ${request.callId}`;
  if (request.maxForwards === 0) {
    answer(request, incoming, { statusCode: 483 }, random.token(64));
    throw new TooManyHopsError({ detail });
  }
  const { request: received } = incoming;
  const hash = loopHash(received, request.session.application.name);
  const rejection = validateRequest(received, { own: transport, loopHash: hash });
  if (rejection === undefined) return;
  answer(request, incoming, rejection, random.token(64));
  if (rejection.statusCode === 482) throw new ServletError("proxy.loop", { detail });
  throw new IllegalStateError("state.proxy", { detail: `${detail}: answered by ${rejection.statusCode}` });
}

function answer(
  request: ContainerSipServletRequest,
  incoming: IncomingEnd,
  rejection: ProxyRejection,
  toTag: string,
): void {
  const unsupported = rejectionResponse(incoming.request, rejection, toTag).field("unsupported");
  const response = request.createResponse(rejection.statusCode, rejection.reason);
  if (unsupported !== undefined) response.setHeader("Unsupported", unsupported.text);
  void response.send();
}
