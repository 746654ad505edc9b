import { Reason } from "../../headers/reason.js";
import { createHeaderField, type HeaderField } from "../../message/header-field.js";
import { reasonPhrase } from "../../message/status-codes.js";

/** The Reason field that tells of a SIP status (RFC 3326 §2). */
export function reasonField(statusCode: number, text: string = reasonPhrase(statusCode)): HeaderField {
  return createHeaderField("Reason", String(Reason.create({ protocol: "SIP", cause: statusCode, text })));
}
