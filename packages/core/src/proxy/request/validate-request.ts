import { isEngineError } from "../../errors/engine-error.js";
import { checkRequest } from "../../message/check-request.js";
import { createResponse } from "../../message/create-response.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { isLooped, type OwnVias } from "./loop-detection.js";

/** What a proxy checks a request against. */
export interface ProxyRules {
  readonly own: OwnVias;
  /** The loop hash of the request as it came; without it loops are not looked for, as for a request that cannot fork. */
  readonly loopHash?: string;
  /** The option tags of Proxy-Require that this element knows, in lower case; none. */
  readonly extensions?: ReadonlySet<string>;
}

/** How a request is answered that is not proxied. */
export interface ProxyRejection {
  readonly statusCode: number;
  readonly reason?: string;
  /** The option tags that are not known, for 420. */
  readonly unsupported?: readonly string[];
}

/**
 * The checks before a request is proxied, in the order of RFC 3261 §16.3: syntax of what a proxy reads, scheme, Max-Forwards,
 * loops, Proxy-Require. Undefined: nothing is wrong. An OPTIONS that has no hops left is answered by 200 (§11).
 */
export function validateRequest(request: SipRequest, rules: ProxyRules): ProxyRejection | undefined {
  const malformed = checkRequest(request) ?? unreadable(request);
  if (malformed !== undefined) return malformed;
  if (request.maxForwards === 0) return { statusCode: request.method === "OPTIONS" ? 200 : 483 };
  if (rules.loopHash !== undefined && isLooped(request, rules.loopHash, rules.own)) return { statusCode: 482 };
  return unknownExtensions(request, rules.extensions);
}

/** The answer that tells of a rejection. */
export function rejectionResponse(request: SipRequest, rejection: ProxyRejection, toTag: string): SipResponse {
  const { statusCode, reason, unsupported } = rejection;
  const response: ResponseBuilder = createResponse(request, statusCode, { reason, toTag });
  if (unsupported !== undefined) response.set("Unsupported", unsupported.join(", "));
  return response.build();
}

/** What a proxy reads must be readable; what it does not read may be anything. */
function unreadable(request: SipRequest): ProxyRejection | undefined {
  try {
    if (request.requestUri.kind !== "other") return unreadableRoute(request);
    return { statusCode: 416 };
  } catch (error) {
    return rejected(error);
  }
}

function unreadableRoute(request: SipRequest): ProxyRejection | undefined {
  if (request.field("route") === undefined) return undefined;
  try {
    const routes = request.get("Route");
    return routes.every(({ uri }) => uri.kind === "sip")
      ? undefined
      : { statusCode: 400, reason: "Route is no SIP URI" };
  } catch (error) {
    return rejected(error);
  }
}

function rejected(error: unknown): ProxyRejection {
  if (!isEngineError(error)) throw error;
  return { statusCode: error.statusCode ?? 400, reason: "Bad Request" };
}

/** Proxies look at Proxy-Require alone, and at none in a CANCEL (RFC 3261 §16.3 step 5, §9.1). */
function unknownExtensions(request: SipRequest, known: ReadonlySet<string> | undefined): ProxyRejection | undefined {
  if (request.field("proxy-require") === undefined || request.method === "CANCEL") return undefined;
  try {
    const unsupported = request.get("Proxy-Require").filter((tag) => known?.has(tag.toLowerCase()) !== true);
    return unsupported.length === 0 ? undefined : { statusCode: 420, unsupported };
  } catch (error) {
    return rejected(error);
  }
}
