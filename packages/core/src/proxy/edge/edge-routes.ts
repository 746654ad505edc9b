import type { Contact } from "../../headers/contact.js";
import { isEngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection } from "../../transport/transport.js";
import { createsDialog } from "../../message/methods.js";
import type { BranchDefaults } from "../context/proxy-options.js";
import type { OwnRouteOptions } from "../request/record-route.js";
import type { FlowTokens } from "./flow-tokens.js";

/**
 * The Path that an edge proxy puts into a REGISTER: with the token of the flow it came by when the user agent is our direct
 * neighbour and wants outbound, or cannot be called at all, as over WebSocket; else undefined. RFC 5626 §5.1, RFC 7118 §5
 */
export function edgePath(register: SipRequest, incoming: Connection, flows: FlowTokens): OwnRouteOptions | undefined {
  if (!isFirstHop(register)) return undefined;
  if (!isCallable(incoming) || wantsOutbound(register)) return { incomingFlow: flows.create(incoming) };
  return undefined;
}

/**
 * What the Record-Route of an edge proxy tells: the flow to the caller when its Contact has `ob` or it cannot be called, and
 * the flow that the request is sent down. Undefined when neither side is bound to a flow. RFC 5626 §5.3
 */
export function edgeRecordRoute(
  request: SipRequest,
  incoming: Connection,
  outgoing: Connection | undefined,
  flows: FlowTokens,
): OwnRouteOptions | undefined {
  const isBound = isFirstHop(request) && (!isCallable(incoming) || hasOb(request));
  if (!isBound && outgoing === undefined) return undefined;
  return {
    incomingFlow: isBound ? flows.create(incoming) : undefined,
    outgoingFlow: outgoing === undefined ? undefined : flows.create(outgoing),
  };
}

/** Where a request came from, and the flow it is sent down, if any. */
export interface FlowPassage {
  readonly incoming: Connection;
  readonly outgoing: Connection | undefined;
}

/**
 * What an edge proxy puts into a request beside what it would anyhow: Path into a REGISTER, Record-Route into what makes a
 * dialog, both with the tokens of flows. `wish` is what holds without flows.
 */
export function edgeOptions(
  request: SipRequest,
  { incoming, outgoing }: FlowPassage,
  flows: FlowTokens,
  wish: BranchDefaults = {},
): Pick<BranchDefaults, "recordRoute" | "path"> {
  if (request.toTag !== undefined) return {};
  if (request.method === "REGISTER") return { path: joined(wish.path, edgePath(request, incoming, flows)) };
  if (!createsDialog(request.method)) return {};
  return { recordRoute: joined(wish.recordRoute, edgeRecordRoute(request, incoming, outgoing, flows)) };
}

function joined(
  wish: OwnRouteOptions | boolean | undefined,
  bound: OwnRouteOptions | undefined,
): OwnRouteOptions | boolean | undefined {
  if (bound === undefined) return wish;
  return typeof wish === "object" ? { ...wish, ...bound } : bound;
}

/** We are the first hop when the request has one Via (RFC 5626 §5.1). */
export function isFirstHop(request: SipRequest): boolean {
  const vias = request.fieldsOf("via");
  return vias.length === 1 && (vias[0]?.value as readonly unknown[] | undefined)?.length === 1;
}

function isCallable({ transport: { protocol } }: Connection): boolean {
  return protocol !== "ws" && protocol !== "wss";
}

function wantsOutbound(register: SipRequest): boolean {
  return supports(register, "outbound") || contactsOf(register).some(({ parameters }) => parameters.has("reg-id"));
}

function hasOb(request: SipRequest): boolean {
  return contactsOf(request).some(({ uri }) => uri?.kind === "sip" && uri.parameters.has("ob"));
}

function supports(request: SipRequest, tag: string): boolean {
  const fields = request.fieldsOf("supported");
  return fields.some(({ text }) => text.split(",").some((each) => each.trim().toLowerCase() === tag));
}

/** A proxy need not understand Contact: one that it cannot read tells it nothing. */
function contactsOf(request: SipRequest): readonly Contact[] {
  try {
    return request.get("Contact");
  } catch (error) {
    if (isEngineError(error)) return [];
    throw error;
  }
}
