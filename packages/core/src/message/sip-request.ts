import { digitsValue } from "../grammar/digits.js";
import { parseUri } from "../uri/parse-uri.js";
import { SipUri } from "../uri/sip-uri.js";
import type { Uri } from "../uri/uri.js";
import type { HeaderField } from "./header-field.js";
import { SipMessage } from "./sip-message.js";
import { decodeWireText } from "./wire-text.js";

/** A request (RFC 3261 §7.1). */
export class SipRequest extends SipMessage {
  readonly kind = "request";
  readonly method: string;
  /** Request-URI as wire text. */
  readonly requestUriText: string;
  #requestUri: Uri | undefined;
  #hasPlainUri = false;

  constructor(method: string, requestUriText: string, fields: readonly HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.method = method;
    this.requestUriText = requestUriText;
  }

  /** As the constructor, for the parser that has found the Request-URI to be a plain SIP URI. */
  static withPlainUri(
    method: string,
    requestUriText: string,
    fields: readonly HeaderField[],
    body?: Uint8Array,
  ): SipRequest {
    const request = new SipRequest(method, requestUriText, fields, body);
    request.#hasPlainUri = true;
    return request;
  }

  get startLine(): string {
    return `${this.method} ${this.requestUriText} SIP/2.0`;
  }

  /** Request-URI. @throws EngineError `uri.malformed` */
  get requestUri(): Uri {
    const text = this.requestUriText;
    return (this.#requestUri ??= this.#hasPlainUri ? SipUri.ofPlain(text) : parseUri(decodeWireText(text)));
  }

  /** Max-Forwards; undefined when absent or outside 0–255 (RFC 3261 §20.22). */
  get maxForwards(): number | undefined {
    const text = this.field("max-forwards")?.text ?? "";
    const hops = digitsValue(text, 0, text.length);
    return hops >= 0 && hops <= 255 ? hops : undefined;
  }
}
