import { EngineError } from "../errors/engine-error.js";
import { isToken } from "../grammar/token.js";
import type { Uri } from "../uri/uri.js";
import type { HeaderField } from "./header-field.js";
import { MessageBuilder } from "./message-builder.js";
import { methods } from "./methods.js";
import { SipRequest } from "./sip-request.js";
import { encodeWireText } from "./wire-text.js";

/** A request in the making (RFC 3261 §8.1.1). */
export class RequestBuilder extends MessageBuilder {
  method: string;
  #requestUriText: string;

  /** @throws EngineError `message.malformed` when the Request-URI would break its line */
  constructor(method: string, requestUri: Uri | string, fields?: HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.method = method;
    this.#requestUriText = checkedUri(requestUri);
  }

  /** A copy of a request that can be changed. */
  static from(request: SipRequest): RequestBuilder {
    const builder = new RequestBuilder(request.method, "", [...request.fields], request.body);
    builder.#requestUriText = request.requestUriText;
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
    this.#requestUriText = checkedUri(uri);
  }

  /** The request as it stands now. @throws EngineError `message.malformed` when the method is no token */
  build(): SipRequest {
    const { method } = this;
    if (!methods.has(method) && !isToken(method)) {
      throw new EngineError("message.malformed", {
        detail: `${JSON.stringify(method)} is no method: it has to be a token`,
      });
    }
    return new SipRequest(method, this.#requestUriText, this.share(), this.body);
  }
}

/** A Request-URI holds neither white space nor controls (RFC 3261 §7.1). */
function checkedUri(uri: Uri | string): string {
  const text = String(uri);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x20 && code !== 0x7f) continue;
    throw new EngineError("message.malformed", {
      detail: `the Request-URI ${JSON.stringify(text)} holds a space or control character; escape it as %20`,
    });
  }
  return encodeWireText(text);
}
