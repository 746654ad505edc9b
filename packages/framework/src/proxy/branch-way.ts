import {
  edgeOptions,
  proxyTarget,
  type AlternativeTarget,
  type BranchOptions,
  type Connection,
  type FlowTokens,
  type LocatedFlow,
  type SipRequest,
  type Uri as EngineUri,
} from "@siplet/core";
import { engineUri } from "../address/uris.js";
import type { ProxyTarget, ProxyWay } from "../api/proxy-target.js";

/** What a request brings along that decides about its ways. */
export interface ProxyPassage {
  readonly request: SipRequest;
  /** The connection it came by. */
  readonly incoming: Connection;
  /** The flow that its Route named, if it did and the request goes on as it came (RFC 5626 §5.3). */
  readonly routedTo: Connection | undefined;
  readonly flows: FlowTokens;
}

/** Where the engine is to send. */
export interface EngineTarget {
  readonly uri: EngineUri | string;
  readonly options: BranchOptions;
}

/** Whether two targets are the same user agent by the same way (RFC 3261 §16.5). */
export function isSameTarget(one: ProxyTarget, other: ProxyTarget): boolean {
  return (
    one.flow === other.flow && String(one.routes ?? "") === String(other.routes ?? "") && one.uri.equals(other.uri)
  );
}

/**
 * What a target is for the engine: its first way that is open, the others in reserve, each with what keeps the dialog on the
 * flows that carry it. Undefined when all of its flows are gone.
 */
export function engineTarget(target: ProxyTarget, own: BranchOptions, passage: ProxyPassage): EngineTarget | undefined {
  if (target.flow === undefined && target.routes === undefined && target.alternatives === undefined) {
    const options = { ...own, connection: own.connection ?? passage.routedTo, q: target.q };
    return { uri: engineUri(target.uri), options: onFlows(options, passage) };
  }
  const { q = 1, alternatives = [] } = target;
  const found = proxyTarget({ q, flows: [locatedFlow(target), ...alternatives.map(locatedFlow)] }, passage.flows);
  if (found === undefined) return undefined;
  const { alternatives: others = [], ...way } = found.options ?? {};
  const reserve = others.map((each): AlternativeTarget => {
    return { uri: each.uri, options: onFlows({ ...own, ...each.options }, passage) };
  });
  return { uri: found.uri, options: { ...onFlows({ ...own, ...way }, passage), alternatives: reserve } };
}

/**
 * Adds flow tokens to our values in Record-Route and, where it is wanted, Path (RFC 5626 §5.1, §5.3). A user part that the
 * application gave is its own token.
 */
function onFlows(options: BranchOptions, { request, incoming, flows }: ProxyPassage): BranchOptions {
  const { path = false } = options;
  if (request.method === "REGISTER" && (path === false || (path !== true && path.user !== undefined))) return options;
  return { ...options, ...edgeOptions(request, { incoming, outgoing: options.connection }, flows, options) };
}

function locatedFlow({ uri, routes = [], flow, isFlowBound }: ProxyWay): LocatedFlow {
  return { requestUri: uri.toString(), routes, flow, isFlowBound };
}
