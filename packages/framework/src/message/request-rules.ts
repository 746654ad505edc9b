import { keyParameter } from "../session/session-keys.js";
import { addressOf } from "../address/container-address.js";
import type { Address } from "../api/address.js";
import type { SipUri } from "../api/sip-uri.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { SipApplicationRoutingDirective } from "../api/application-routing.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";

/** A Max-Forwards as text. @throws IllegalArgumentError `argument.invalid` outside 0–255 */
export function hopText(hops: number): string {
  if (Number.isInteger(hops) && hops >= 0 && hops <= 255) return String(hops);
  throw new IllegalArgumentError("argument.invalid", { detail: `Max-Forwards ${hops} is not within 0 and 255` });
}

/** A Max-Breadth as text (RFC 5393 §5.3.3). @throws IllegalArgumentError `argument.invalid` */
export function breadthText(breadth: number): string {
  if (Number.isInteger(breadth) && breadth >= 0) return String(breadth);
  throw new IllegalArgumentError("argument.invalid", { detail: `Max-Breadth ${breadth} is no whole number from 0` });
}

/**
 * The text of a new top Route (JSR 289 §5.6.2).
 * @throws IllegalArgumentError `argument.missing`, and `argument.scheme` for what is no SIP URI
 */
export function routeText(route: SipUri | Address): string {
  if (route === undefined || route === null) {
    throw new IllegalArgumentError("argument.missing", { detail: "a route needs an address" });
  }
  const address = "uri" in route ? route : addressOf(route);
  if (address.uri?.isSipUri === true) return address.toString();
  throw new IllegalArgumentError("argument.scheme", { detail: `${String(route)} as Route` });
}

/**
 * Checks a routing directive (JSR 289 §15.2.2); `isFirst`: the request is the first, unsent one of its session.
 * @throws IllegalStateError `state.not-initial`
 */
export function checkDirective(
  directive: SipApplicationRoutingDirective,
  isFirst: boolean,
  originalRequest: SipServletRequest | undefined,
): void {
  if (!isFirst) {
    throw new IllegalStateError("state.not-initial", {
      detail: "only the first, unsent request of a session is routed",
    });
  }
  if (directive === "NEW" || originalRequest?.isInitial === true) return;
  throw new IllegalStateError("state.not-initial", { detail: `${directive} needs the initial request it follows` });
}

/** Parameters that the container itself writes on its Record-Route and Path URIs: applications get back their own only. */
const ownParameters = new Set(["lr", "transport", "r2", "ob", keyParameter]);

/** Tells whether a parameter of our own route is the container's. */
export function isOwnParameter(name: string): boolean {
  return ownParameters.has(name.toLowerCase());
}
