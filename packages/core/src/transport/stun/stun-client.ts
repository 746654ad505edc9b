import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, sameEndpoint, type Endpoint } from "../endpoint.js";
import type { PingOutcome, TransportContext } from "../transport.js";
import { encodeStun, mappedAddress, stunTypes, type StunMessage } from "./stun-message.js";

/** RFC 5389 §7.2.1: first wait, how many sends, and the last wait as a multiple of the first. */
const firstWait = 500;
const sends = 7;
const lastWait = 16;

/** What the client needs. */
export interface StunClientOptions extends Pick<TransportContext, "clock" | "random"> {
  /** Sends a datagram. */
  readonly send: (bytes: Uint8Array, remote: Endpoint) => void;
}

interface Binding {
  readonly id: string;
  readonly remote: Endpoint;
  readonly bytes: Buffer;
  readonly done: (outcome: PingOutcome) => void;
  sent: number;
  timer: TimerHandle | undefined;
}

/** Binding requests from a SIP port: they keep the way through a NAT open and tell whether it changed (RFC 5626 §4.4.2). */
export class StunClient {
  readonly #options: StunClientOptions;
  readonly #bindings = new Map<string, Binding>();
  readonly #onTimer = (binding: Binding): void => this.#timedOut(binding);

  constructor(options: StunClientOptions) {
    this.#options = options;
  }

  /** Asks a peer where it sees us: sent up to seven times at 0, 0.5, 1.5, … 31.5 s, given up at 39.5 s. */
  ping(remote: Endpoint, done: (outcome: PingOutcome) => void): void {
    const id = this.#options.random.hex(12);
    const transactionId = Buffer.from(id, "hex");
    const bytes = encodeStun({ type: stunTypes.bindingRequest, transactionId, attributes: [] });
    const binding: Binding = { id, remote, bytes, done, sent: 0, timer: undefined };
    this.#bindings.set(id, binding);
    this.#transmit(binding);
  }

  /** Takes an answer that came in; what answers nothing of ours is ignored. */
  receive(message: StunMessage, remote: Endpoint): void {
    const binding = this.#bindings.get(message.transactionId.toString("hex"));
    if (binding === undefined || !sameEndpoint(binding.remote, remote)) return;
    if (message.type === stunTypes.bindingSuccess || message.type === stunTypes.bindingError) {
      this.#end(binding, { kind: "answered", mapped: mappedAddress(message) });
    }
  }

  /** Gives up all that is still asked. */
  close(error: EngineError): void {
    for (const binding of this.#bindings.values()) this.#end(binding, { kind: "failed", error });
  }

  #transmit(binding: Binding): void {
    const wait = ++binding.sent < sends ? firstWait * 2 ** (binding.sent - 1) : firstWait * lastWait;
    binding.timer = this.#options.clock.setTimeout(this.#onTimer, wait, binding);
    this.#options.send(binding.bytes, binding.remote);
  }

  #timedOut(binding: Binding): void {
    if (binding.sent < sends) {
      this.#transmit(binding);
      return;
    }
    const detail = `STUN to ${formatEndpoint(binding.remote)}: no answer to ${sends} requests`;
    this.#end(binding, { kind: "failed", error: new EngineError("transport.ping", { detail }) });
  }

  #end(binding: Binding, outcome: PingOutcome): void {
    this.#bindings.delete(binding.id);
    if (binding.timer !== undefined) this.#options.clock.clearTimeout(binding.timer);
    binding.done(outcome);
  }
}
