import type { SipRequest } from "@siplet/core";
import type { ProxyTarget, ProxyWay } from "../api/proxy-target.js";
import { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/**
 * The targets of a request, checked before any of them becomes a branch; a URI alone is one (JSR 289 §10.2.2).
 * @throws IllegalArgumentError `argument.missing`, `argument.scheme`, `argument.invalid`
 */
export function requireTargets(targets: readonly (Uri | ProxyTarget)[], request: SipRequest): readonly ProxyTarget[] {
  if (targets === undefined || targets === null) refuseMissing();
  const ways: readonly ProxyTarget[] = targets.map((target) => (target instanceof Uri ? { uri: target } : target));
  for (const way of ways) {
    if (way === undefined || way === null) refuseMissing();
    for (const each of [way, ...(way.alternatives ?? [])]) requireWay(each, request);
  }
  return ways;
}

/** A URI that is neither sip nor sips goes where a Route leads; a sips request goes where TLS leads (RFC 5630 §5.3). */
function requireWay({ uri, flow, routes = [] }: ProxyWay, request: SipRequest): void {
  if (uri === undefined || uri === null) refuseMissing();
  const hasRoute = routes.length > 0 || request.field("route") !== undefined;
  if (!uri.isSipUri && !hasRoute) {
    throw new IllegalArgumentError("argument.scheme", {
      detail: `${uri.toString()}: a proxy sends to sip and sips; resolve tel URIs with DnsResolver, or push a Route`,
    });
  }
  const isSips = request.requestUriText.slice(0, 5).toLowerCase() === "sips:";
  if (isSips && uri.scheme === "sip" && flow === undefined && !isSecureTransport(uri.getParameter("transport"))) {
    throw new IllegalArgumentError("argument.invalid", {
      detail: `${uri.toString()}: a request for a sips URI goes to sips only`,
    });
  }
}

function isSecureTransport(transport: string | undefined): boolean {
  return transport === "tls" || transport === "wss";
}

function refuseMissing(): never {
  throw new IllegalArgumentError("argument.missing", { detail: "a target URI" });
}
