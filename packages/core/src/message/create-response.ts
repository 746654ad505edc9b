import type { HeaderField } from "./header-field.js";
import { HeaderField as Field } from "./header-field.js";
import { createsDialog } from "./methods.js";
import { ResponseBuilder } from "./response-builder.js";
import type { SipRequest } from "./sip-request.js";

/** What a response adds to what it copies. */
export interface ResponseOptions {
  readonly reason?: string;
  /** Tag for a To that has none; the same for every answer to one request. */
  readonly toTag?: string;
}

/**
 * Begins the answer to a request: Via, From, To, Call-ID and CSeq are the fields of the request, To gets the tag unless
 * it has one (never in a 100), Record-Route is copied where the answer may make a dialog. RFC 3261 §8.2.6, §12.1.1.
 */
export function createResponse(
  request: SipRequest,
  statusCode: number,
  options: ResponseOptions = {},
): ResponseBuilder {
  const copiesRoute = statusCode > 100 && statusCode < 300 && createsDialog(request.method);
  const fields: HeaderField[] = [];
  for (const field of request.fields) {
    switch (field.key) {
      case "via":
      case "from":
      case "call-id":
      case "cseq":
        fields.push(field);
        break;
      case "to":
        fields.push(statusCode === 100 ? field : withTag(field, request, options.toTag));
        break;
      case "record-route":
        if (copiesRoute) fields.push(field);
        break;
      case "timestamp":
        if (statusCode === 100) fields.push(field);
        break;
      default:
    }
  }
  return new ResponseBuilder(statusCode, options.reason, fields);
}

function withTag(to: HeaderField, request: SipRequest, tag: string | undefined): HeaderField {
  if (tag === undefined || request.toTag !== undefined) return to;
  return new Field(to.key, `${to.line.trimEnd()};tag=${tag}`, to.valueStart);
}
