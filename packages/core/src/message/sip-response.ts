import type { HeaderField } from "./header-field.js";
import { SipMessage } from "./sip-message.js";
import { decodeWireText } from "./wire-text.js";

/** A response (RFC 3261 §7.2). */
export class SipResponse extends SipMessage {
  readonly kind = "response";
  /** 100–699. */
  readonly statusCode: number;
  /** Reason phrase as wire text. */
  readonly reasonText: string;

  constructor(statusCode: number, reason: string, fields: readonly HeaderField[], body?: Uint8Array) {
    super(fields, body);
    this.statusCode = statusCode;
    this.reasonText = reason;
  }

  get startLine(): string {
    return `SIP/2.0 ${this.statusCode} ${this.reasonText}`;
  }

  /** Reason phrase; may be empty. */
  get reasonPhrase(): string {
    return decodeWireText(this.reasonText);
  }

  /** The method of the CSeq; "" when there is none that can be read. */
  get method(): string {
    return this.tryGet("CSeq")?.method ?? "";
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
