import type { SipServletRequest } from "../api/object-model.js";
import type { SipApplicationRoutingDirective } from "../api/application-routing.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";

/** A Max-Forwards as text. @throws IllegalArgumentError `argument.invalid` outside 0–255 */
export function hopText(hops: number): string {
  if (Number.isInteger(hops) && hops >= 0 && hops <= 255) return String(hops);
  throw new IllegalArgumentError("argument.invalid", { detail: `Max-Forwards ${hops} is not within 0 and 255` });
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
