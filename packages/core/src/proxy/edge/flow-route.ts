import type { NameAddress } from "../../headers/name-address.js";
import { isSameFlow } from "../../transport/flow/flow-table.js";
import type { Connection } from "../../transport/transport.js";
import type { FlowTokens } from "./flow-tokens.js";

/** Where the flow tokens of our own Routes lead: nowhere in particular, down a flow, or to a rejection. */
export type FlowRoute =
  | { readonly kind: "none" }
  | { readonly kind: "flow"; readonly connection: Connection }
  | { readonly kind: "rejected"; readonly statusCode: 403 | 430 };

const none: FlowRoute = { kind: "none" };

/**
 * Reads the flow tokens of the Routes that were taken away (RFC 5626 §5.3). A token of the flow that the request came by
 * says nothing; any other names the flow to send down: 430 when it is gone, 403 when the token is none of ours.
 */
export function flowRoute(popped: readonly NameAddress[], incoming: Connection, flows: FlowTokens): FlowRoute {
  for (const route of popped) {
    const token = tokenOf(route);
    if (token === undefined) continue;
    const verdict = flows.verify(token);
    if (verdict.kind === "tampered") return { kind: "rejected", statusCode: 403 };
    if (verdict.kind === "gone") return { kind: "rejected", statusCode: 430 };
    if (!isSameFlow(verdict.connection, incoming)) return { kind: "flow", connection: verdict.connection };
  }
  return none;
}

/** Our Routes with `ob` carry a token in the user part, all others something else. */
function tokenOf({ uri }: NameAddress): string | undefined {
  return uri.kind === "sip" && uri.parameters.has("ob") ? uri.user : undefined;
}
