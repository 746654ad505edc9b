import { RequestBuilder, screenReceivedIdentity, type Connection, type SipRequest } from "@siplet/core";
import { isTrustedPeer } from "./asserted-caller.js";
import type { ContainerSecurity } from "./container-security.js";

const field = "p-asserted-identity";

/**
 * Takes away what a peer asserts that nobody believes; undefined where nobody is trusted, and all is left alone. RFC 3325
 * §5; preferences are left to the application, and what applications tell one another.
 */
export function identityScreen(
  security: ContainerSecurity,
): ((request: SipRequest, connection: Connection) => SipRequest) | undefined {
  if (security.trusted === undefined) return undefined;
  return (request, connection) => {
    const asserted = request.fields.filter(({ key }) => key === field).map(({ text }) => text);
    if (asserted.length === 0 || connection.deliver !== undefined) return request;
    const isTrusted = isTrustedPeer(security, connection);
    const decision = screenReceivedIdentity({ method: request.method, asserted, preferred: [], isTrusted });
    if (decision.kind !== "forward" || decision.edits.remove.length === 0) return request;
    const builder = RequestBuilder.from(request);
    builder.replaceFields(builder.fields.filter(({ key }) => key !== field));
    return builder.build();
  };
}
