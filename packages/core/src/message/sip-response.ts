import type { HeaderField } from "./header-field.js";
import { SipMessage } from "./sip-message.js";
import { decodeWireText } from "./wire-text.js";

/** A response (RFC 3261 §7.2). */
export class SipResponse extends SipMessage {
  readonly kind = "response";
  /** 100–699. */
  readonly statusCode: number;
  readonly #reason: string;

  constructor(statusCode: number, reason: string, fields: readonly HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.statusCode = statusCode;
    this.#reason = reason;
  }

  get startLine(): string {
    return `SIP/2.0 ${this.statusCode} ${this.#reason}`;
  }

  /** Reason phrase; may be empty. */
  get reasonPhrase(): string {
    return decodeWireText(this.#reason);
  }

  get method(): string {
    return this.cseq.method;
  }

  /** 100–199. */
  get isProvisional(): boolean {
    return this.statusCode < 200;
  }

  /** 200–299. */
  get isSuccess(): boolean {
    return this.statusCode >= 200 && this.statusCode < 300;
  }
}
