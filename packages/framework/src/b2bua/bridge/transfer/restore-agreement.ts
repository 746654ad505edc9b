import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { acknowledge } from "../relay/relay-request.js";
import { DescriptionExchange, type ExchangeUser } from "./description-exchange.js";

/** Only the ends have to know. */
const nobody: ExchangeUser = {
  onExchangeProgress: () => undefined,
  onAgreed: () => undefined,
  onDisagreed: () => undefined,
};

/**
 * A re-INVITE was accepted although the one who sent it had cancelled it: one end holds the session as it was, the other
 * the session as it should have become. The first one is asked what holds, and the other is told. RFC 3261 §14.1, §9.1
 */
export function restoreAgreement(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  cancelled: ContainerSipServletRequest,
): void {
  acknowledge(call, response);
  const { session } = cancelled;
  if (call.state !== "established" || !session.isValid || session.dialogState !== "CONFIRMED") return;
  const invite = session.createRequest("INVITE") as ContainerSipServletRequest;
  const exchange = new DescriptionExchange({ call, invite, answering: response.session, user: nobody });
  exchange.start().catch((error: unknown) => {
    call.context.log.warn({ error, bridge: call.id }, "two ends could not be brought to agree again");
  });
}
