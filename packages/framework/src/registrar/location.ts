import {
  rankTargets,
  type FlowTokens,
  type LookUpFlow,
  type LookUpOutcome,
  type LookUpTarget,
  type SipRequest,
} from "@siplet/core";
import { createUri } from "../address/uris.js";
import type { ProxyTarget, ProxyWay } from "../api/proxy-target.js";
import type { Location } from "./registrar.js";

/**
 * What a look-up found as targets of a proxy, in the order that callee and caller want (RFC 3841 §7.2.4); ways whose
 * connection is gone are left out.
 */
export function locationOf(outcome: LookUpOutcome, flows: FlowTokens, request?: SipRequest): Location {
  if (outcome.kind === "missing") return outcome;
  const wanted = request === undefined ? outcome.targets : rankTargets(outcome.targets, request).map(targetOf);
  const targets = wanted.flatMap((target) => proxyTargetOf(target, flows) ?? []);
  return targets.length === 0 ? { kind: "missing", statusCode: 480 } : { kind: "found", targets };
}

function targetOf<Target>({ target }: { readonly target: Target }): Target {
  return target;
}

function proxyTargetOf({ q, flows: ways }: LookUpTarget, flows: FlowTokens): ProxyTarget | undefined {
  const [first, ...alternatives] = ways.filter((way) => isOpen(way, flows)).map(wayOf);
  if (first === undefined) return undefined;
  return alternatives.length === 0 ? { ...first, q } : { ...first, q, alternatives };
}

function isOpen({ flow, isFlowBound }: LookUpFlow, flows: FlowTokens): boolean {
  return flow === undefined || isFlowBound === false || flows.verify(flow).kind === "open";
}

function wayOf({ requestUri, routes, flow, isFlowBound }: LookUpFlow): ProxyWay {
  const uri = createUri(requestUri);
  if (flow !== undefined) return { uri, routes, flow, isFlowBound };
  return routes.length === 0 ? { uri } : { uri, routes };
}
