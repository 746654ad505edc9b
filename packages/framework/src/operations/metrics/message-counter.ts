import type { TappedMessage, TransportTap } from "@siplet/core";
import { Counter, type Registry } from "prom-client";

/** Methods that are counted by name: what others send us must not make labels without end. */
const knownMethods: ReadonlySet<string> = new Set(
  "ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE".split(" "),
);

/** Counts messages as they pass the transports, repetitions among them. */
export class MessageCounter implements TransportTap {
  readonly #requests: Counter<"direction" | "method" | "transport">;
  readonly #responses: Counter<"direction" | "method" | "status_class" | "transport">;
  readonly #malformed: Counter<"transport">;
  readonly #bytes: Counter<"direction" | "transport">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: "siplet_sip_requests_total",
      help: "SIP requests that passed the transports, repetitions included",
      labelNames: ["direction", "method", "transport"],
      registers,
    });
    this.#responses = new Counter({
      name: "siplet_sip_responses_total",
      help: "SIP responses that passed the transports, repetitions included",
      labelNames: ["direction", "method", "status_class", "transport"],
      registers,
    });
    this.#malformed = new Counter({
      name: "siplet_sip_malformed_messages_total",
      help: "Messages received that are neither a SIP request nor a response",
      labelNames: ["transport"],
      registers,
    });
    this.#bytes = new Counter({
      name: "siplet_sip_bytes_total",
      help: "Octets of the SIP messages that passed the transports",
      labelNames: ["direction", "transport"],
      registers,
    });
  }

  onMessage(message: TappedMessage): void {
    const { direction, protocol: transport, startLine } = message;
    this.#bytes.inc({ direction, transport }, message.bytes.length);
    const method = message.method ?? "";
    const known = knownMethods.has(method) ? method : "other";
    if (startLine.startsWith("SIP/2.0 ")) {
      const status_class = `${startLine.charAt(8)}xx`;
      this.#responses.inc({ direction, method: known, status_class, transport });
    } else if (startLine.endsWith(" SIP/2.0")) this.#requests.inc({ direction, method: known, transport });
    else this.#malformed.inc({ transport });
  }
}
