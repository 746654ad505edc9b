import type { Uri } from "../uri/uri.js";
import type { HeaderField } from "./header-field.js";
import { MessageBuilder } from "./message-builder.js";
import { SipRequest } from "./sip-request.js";
import { encodeWireText } from "./wire-text.js";

/** A request in the making (RFC 3261 §8.1.1). */
export class RequestBuilder extends MessageBuilder {
  method: string;
  #requestUriText: string;

  constructor(method: string, requestUri: Uri | string, fields?: HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.method = method;
    this.#requestUriText = encodeWireText(String(requestUri));
  }

  /** A copy of a request that can be changed. */
  static from(request: SipRequest): RequestBuilder {
    const builder = new RequestBuilder(request.method, "", [...request.fields], request.body);
    builder.wireRequestUri = request.requestUriText;
    return builder;
  }

  /** Request-URI as wire text. */
  get requestUriText(): string {
    return this.#requestUriText;
  }

  /** Sets the Request-URI as it stood in another message. */
  set wireRequestUri(text: string) {
    this.#requestUriText = text;
  }

  set requestUri(uri: Uri | string) {
    this.#requestUriText = encodeWireText(String(uri));
  }

  /** The request as it stands now. */
  build(): SipRequest {
    return new SipRequest(this.method, this.#requestUriText, this.share(), this.body);
  }
}
