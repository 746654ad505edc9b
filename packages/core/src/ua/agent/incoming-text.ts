import type { SipRequest } from "../../message/sip-request.js";

/** Who answers a MESSAGE. */
export type TextAnswer = (statusCode: number, reason: string | undefined) => void;

/** A MESSAGE outside a call. Left undecided by its listeners, it counts as taken: 200. RFC 3428 §7 */
export class IncomingText {
  readonly request: SipRequest;
  readonly #answer: TextAnswer;
  #isDecided = false;

  constructor(request: SipRequest, answer: TextAnswer) {
    this.request = request;
    this.#answer = answer;
  }

  /** The body, read as UTF-8. */
  get text(): string {
    const { buffer, byteOffset, byteLength } = this.request.body;
    return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
  }

  /** Media type of the body as it is written. */
  get contentType(): string | undefined {
    return this.request.getText("Content-Type");
  }

  /** From value of the sender. */
  get from(): string {
    return this.request.getText("From") ?? "";
  }

  /** Whether it was accepted or rejected. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  /** Takes the text: 200, or 202 when it is kept for somebody. Without effect when it was decided before. */
  accept(statusCode: 200 | 202 = 200): void {
    this.#decide(statusCode, undefined);
  }

  /** Refuses the text. Without effect when it was decided before. */
  reject(statusCode: number, reason?: string): void {
    this.#decide(statusCode, reason);
  }

  #decide(statusCode: number, reason: string | undefined): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#answer(statusCode, reason);
  }
}
