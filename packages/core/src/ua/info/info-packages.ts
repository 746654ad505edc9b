import type { MessageBuilder } from "../../message/message-builder.js";
import type { SipMessage } from "../../message/sip-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RequestRefusal } from "../checks/request-refusal.js";
import { lenientRead } from "../lenient-read.js";

/**
 * The INFO packages of one INVITE session: which we take, which the peer takes. Without a list of our own the mechanism is
 * off, and INFO is what it was before: any body, no package. RFC 6086 §3, §5
 */
export class InfoPackages {
  readonly #own: readonly string[] | undefined;
  #peer: ReadonlySet<string> | undefined;

  constructor(own?: readonly string[]) {
    this.#own = own;
  }

  /** The packages the peer takes, in lower case; undefined while it has not told. */
  get peer(): ReadonlySet<string> | undefined {
    return this.#peer;
  }

  /** Writes what we take into an INVITE. RFC 6086 §5.2.1 */
  prepareRequest(draft: MessageBuilder): void {
    if (this.#own !== undefined) draft.set("Recv-Info", this.#own.join(", "));
  }

  /** Writes what we take into a reliable 1xx or 2xx, where the request told what the peer takes. RFC 6086 §5.2.2 */
  prepareResponse(request: SipRequest, draft: MessageBuilder): void {
    if (request.has("Recv-Info")) this.prepareRequest(draft);
  }

  /**
   * Learns what the peer takes: from the 2xx to a request of ours, or from a request of its own once that was answered
   * by 2xx; what failed leaves all as it was. RFC 6086 §5.2.3
   */
  learn(message: SipMessage): void {
    if (!message.has("Recv-Info")) return;
    const told = lenientRead(() => message.get("Recv-Info"));
    if (told !== undefined) this.#peer = new Set(told.map(({ value }) => value.toLowerCase()));
  }

  /** Whether an INFO of that package may be sent now. RFC 6086 §4.2.1 */
  maySend(name: string): boolean {
    return this.#peer?.has(name.toLowerCase()) ?? false;
  }

  /** Why an INFO is not taken: 469 for a package we did not ask for. One without package is judged by its body. §4.2.2 */
  refusalOf(info: SipRequest): RequestRefusal | undefined {
    if (!info.has("Info-Package")) return undefined;
    const name = lenientRead(() => info.get("Info-Package"))?.value.toLowerCase();
    if (name === undefined) return { statusCode: 400, reason: "Malformed Info-Package" };
    const own = this.#own ?? [];
    if (own.some((each) => each.toLowerCase() === name)) return undefined;
    return { statusCode: 469, fields: [["Recv-Info", own.join(", ")]] };
  }
}
