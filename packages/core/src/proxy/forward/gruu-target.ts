import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipUri } from "../../uri/sip-uri.js";
import type { FlowTokens } from "../edge/flow-tokens.js";
import { proxyTarget, type Located, type ProxyTarget } from "../edge/located-targets.js";

/** Finds the device behind a GRUU; undefined for the URIs of other domains. */
export type GruuLookUp = (gruu: SipUri, request: SipRequest) => SyncOrPromise<Located> | undefined;

/** Where the device behind a GRUU is reached, or the status that says why not. */
export type GruuTarget = ProxyTarget | number;

/**
 * Where a request goes whose Request-URI is a GRUU of ours and that no Route leads on: a device may have its GRUU as the
 * Contact of a dialog. Undefined for every other request. RFC 5627 §5.4
 */
export function gruuTarget(
  request: SipRequest,
  lookUp: GruuLookUp | undefined,
  flows: FlowTokens | undefined,
): SyncOrPromise<GruuTarget> | undefined {
  if (lookUp === undefined || !request.requestUriText.includes(";gr")) return undefined;
  if (request.field("route") !== undefined) return undefined;
  const { requestUri } = request;
  if (requestUri.kind !== "sip" || !requestUri.parameters.has("gr")) return undefined;
  const located = lookUp(requestUri, request);
  return located && andThen(located, (found) => targetOf(found, flows));
}

function targetOf(located: Located, flows: FlowTokens | undefined): GruuTarget {
  if (located.kind === "missing") return located.statusCode;
  const [device] = located.targets; // a GRUU stands for one
  return (device && proxyTarget(device, flows)) ?? 480;
}
