import type { HeaderField, RequestBuilder, ResponseBuilder } from "@siplet/core";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { FieldChoice } from "../../../message/request-copier.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { continueOrigin, signDescription } from "../policy/session-description.js";

type Message = ContainerSipServletRequest | ContainerSipServletResponse;

/** Fields and body of a message that pass into one for the other leg. `tags`: option tags that do not. */
export function copyContent(call: BridgedCall, from: Message, to: Message, tags?: ReadonlySet<string>): void {
  const draft = to.state.draft();
  const leg = call.sideOf(to.session);
  draft.addFields(call.policyToward(leg).pass(from.state.fields, tags));
  if (isContactOfOthers(to)) draft.addFields(from.state.fields.filter(({ key }) => key === "contact"));
  writeBody(call, draft, from.state.body, to.session);
}

/** Chooses the fields of a request that pass toward a session. */
export function fieldsToward(call: BridgedCall, session: ContainerSipSession, tags?: ReadonlySet<string>): FieldChoice {
  const policy = call.policyToward(call.sideOf(session));
  return (fields: readonly HeaderField[]) => policy.pass(fields, tags);
}

/** Writes a body for a leg: a session description under the origin the leg knows. */
export function writeBody(
  call: BridgedCall,
  draft: RequestBuilder | ResponseBuilder,
  body: Uint8Array,
  session: ContainerSipSession,
): void {
  if (body.length === 0) return;
  const type = draft.getText("Content-Type") ?? "application/octet-stream";
  const isDescription = /^application\/sdp\s*(?:;|$)/i.test(type) && !draft.has("Content-Encoding");
  draft.setBody(isDescription ? describe(call, body, session) : body, type);
}

function describe(call: BridgedCall, body: Uint8Array, session: ContainerSipSession): Uint8Array {
  const leg = call.sideOf(session);
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
  const last = call.origins[leg];
  const { descriptions } = call.settings;
  const signed =
    descriptions === undefined
      ? continueOrigin(text, call.isRelinked ? last : undefined)
      : signDescription(text, last, { ...descriptions, sessionId: String(session.creationTime) });
  call.origins[leg] = signed.origin;
  return signed.text === text ? body : Buffer.from(signed.text, "utf8");
}

/** 3xx and 485 name others: their Contact is no address of a leg (JSR 289 §4.1.3). */
function isContactOfOthers(message: Message): boolean {
  const status = message.statusOrUndefined ?? 0;
  return (status >= 300 && status < 400) || status === 485;
}
