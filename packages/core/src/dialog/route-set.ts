import { parseNameAddress, type NameAddress } from "../headers/name-address.js";
import type { SipMessage } from "../message/sip-message.js";

/** Where a request inside a dialog is addressed to (RFC 3261 §12.2.1.1). */
export interface RequestTarget {
  readonly requestUri: string;
  /** Route values in order. */
  readonly routes: readonly string[];
}

/** Record-Route values of a message as texts, in the order they stand. */
export function recordRoutes(message: SipMessage): string[] {
  if (message.field("record-route") === undefined) return [];
  return message.get("Record-Route").map((value: NameAddress) => String(value));
}

/**
 * Request-URI and Route from remote target and route set: loose when the first route has `lr`, else the strict form of
 * RFC 2543 with the target at the end. RFC 3261 §12.2.1.1
 */
export function requestTarget(remoteTarget: string, routeSet: readonly string[]): RequestTarget {
  const [first, ...rest] = routeSet;
  if (first === undefined) return { requestUri: remoteTarget, routes: [] };
  const { uri } = parseNameAddress(first);
  if (uri.kind !== "sip" || uri.lr) return { requestUri: remoteTarget, routes: routeSet };
  return { requestUri: String(uri.toRequestUri()), routes: [...rest, `<${remoteTarget}>`] };
}
