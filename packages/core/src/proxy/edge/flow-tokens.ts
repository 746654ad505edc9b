import type { FlowVerdict } from "../../transport/flow/flow-token.js";
import type { Connection } from "../../transport/transport.js";

/** Writes and reads flow tokens (RFC 5626 §5.2); `FlowToken` of the transport does. */
export interface FlowTokens {
  create(connection: Connection): string;
  verify(token: string): FlowVerdict;
}
