import { EngineError } from "../errors/engine-error.js";
import type { HeaderField } from "./header-field.js";
import { MessageBuilder } from "./message-builder.js";
import { SipResponse } from "./sip-response.js";
import { reasonPhrase } from "./status-codes.js";
import { encodeWireText } from "./wire-text.js";

/** A response in the making (RFC 3261 §8.2.6). */
export class ResponseBuilder extends MessageBuilder {
  statusCode: number;
  #reason: string;

  /** @throws EngineError `message.malformed` when the reason phrase would break its line */
  constructor(statusCode: number, reason?: string, fields?: HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.statusCode = statusCode;
    this.#reason = reason === undefined ? reasonPhrase(statusCode) : checkedReason(reason);
  }

  /** A copy of a response that can be changed. */
  static from(response: SipResponse): ResponseBuilder {
    const builder = new ResponseBuilder(response.statusCode, "", [...response.fields], response.body);
    builder.#reason = response.reasonText;
    return builder;
  }

  set reasonPhrase(text: string) {
    this.#reason = checkedReason(text);
  }

  /** The response as it stands now. @throws EngineError `message.malformed` when the status is none */
  build(): SipResponse {
    const { statusCode } = this;
    if (!(Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 699)) {
      throw new EngineError("message.malformed", {
        detail: `${statusCode} is no status code; give one from 100 to 699`,
      });
    }
    return new SipResponse(statusCode, this.#reason, this.share(), this.body);
  }
}

/** A Reason-Phrase holds no control characters (RFC 3261 §25.1). */
function checkedReason(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 0x20 && code !== 0x7f) || code === 0x09) continue;
    throw new EngineError("message.malformed", {
      detail: `the reason phrase ${JSON.stringify(text)} holds a control character; remove it`,
    });
  }
  return encodeWireText(text);
}
