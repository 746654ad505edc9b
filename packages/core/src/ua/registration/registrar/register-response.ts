import { headerDefinition } from "../../../headers/header-table.js";
import { createResponse } from "../../../message/create-response.js";
import type { ResponseBuilder } from "../../../message/response-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import { tryParseUri } from "../../../uri/parse-uri.js";
import { SipUri } from "../../../uri/sip-uri.js";
import type { RegisterResult } from "./apply-register.js";
import type { Binding, LocationRecord } from "./location-record.js";
import type { RegisterRequest } from "./register-request.js";
import type { TemporaryGruu } from "./temporary-gruu.js";

/** What the 200 is made of. */
export interface RegisterAnswer {
  readonly request: SipRequest;
  readonly register: RegisterRequest;
  readonly result: Pick<RegisterResult, "record" | "usesOutbound">;
  readonly toTag: string;
  readonly now: number;
  readonly serviceRoutes: readonly string[];
  /** Seconds of Flow-Timer, if it is told. */
  readonly flowTimer: number | undefined;
  /** Whether the registrar takes part in outbound at all. */
  readonly takesOutbound: boolean;
  /** Makes temporary GRUUs; none are made without it. */
  readonly gruu: TemporaryGruu | undefined;
}

/** The 200 to a REGISTER: all bindings with the seconds left (RFC 3261 §10.3 step 8). */
export function registerResponse(answer: RegisterAnswer): ResponseBuilder {
  const { request, register, result, now, serviceRoutes, flowTimer } = answer;
  const response = createResponse(request, 200, { toTag: answer.toTag });
  const gruu = register.supportsGruu ? answer.gruu : undefined;
  const { record } = result;
  for (const binding of record.bindings) response.addText("Contact", contactText(binding, record, now, gruu));
  for (const value of register.path) response.add("Path", value);
  for (const route of serviceRoutes) response.addText("Service-Route", route);
  if (result.usesOutbound) {
    response.addText("Require", "outbound");
    if (flowTimer !== undefined && register.isFirstHop) response.addText("Flow-Timer", String(flowTimer));
  }
  // `gruu` never stands here (RFC 5627 §5.2).
  return response.set("Date", new Date(now)).addText("Supported", answer.takesOutbound ? "path, outbound" : "path");
}

function contactText(binding: Binding, record: LocationRecord, now: number, gruu: TemporaryGruu | undefined): string {
  const contact = headerDefinition("contact").parseValue(binding.contact);
  const left = Math.max(1, Math.ceil((binding.expiresAt - now) / 1000));
  const { instanceId } = binding;
  let parameters = contact.parameters.with("expires", left);
  const address = tryParseUri(record.addressOfRecord);
  if (gruu !== undefined && instanceId !== undefined && address instanceof SipUri) {
    const user = gruu.mint({ key: record.key, instanceId, callId: binding.callId });
    const temporary = SipUri.create({ scheme: address.scheme, user, host: address.host, parameters: { gr: true } });
    parameters = parameters
      .withQuoted("pub-gruu", String(address.with({ port: undefined, parameters: { gr: instanceId } })))
      .withQuoted("temp-gruu", String(temporary));
  }
  return String(contact.with({ parameters }));
}
