import type { HeaderField } from "./header-field.js";
import { MessageBuilder } from "./message-builder.js";
import { SipResponse } from "./sip-response.js";
import { reasonPhrase } from "./status-codes.js";
import { encodeWireText } from "./wire-text.js";

/** A response in the making (RFC 3261 §8.2.6). */
export class ResponseBuilder extends MessageBuilder {
  statusCode: number;
  #reason: string;

  constructor(
    statusCode: number,
    reason: string = reasonPhrase(statusCode),
    fields?: HeaderField[],
    body?: Uint8Array,
  ) {
    super(fields, body);
    this.statusCode = statusCode;
    this.#reason = encodeWireText(reason);
  }

  /** A copy of a response that can be changed. */
  static from(response: SipResponse): ResponseBuilder {
    return new ResponseBuilder(response.statusCode, response.reasonPhrase, [...response.fields], response.body);
  }

  set reasonPhrase(text: string) {
    this.#reason = encodeWireText(text);
  }

  /** The response as it stands now. */
  build(): SipResponse {
    return new SipResponse(this.statusCode, this.#reason, this.share(), this.body);
  }
}
