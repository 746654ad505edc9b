import {
  createSeededRandom,
  ManualClock,
  MemoryNetwork,
  ScriptedUserAgent,
  type RequestOverrides,
} from "@siplet/testkit";
import { silentLogger } from "../../src/log/logger.js";
import { createResponse } from "../../src/message/create-response.js";
import { parseMessage } from "../../src/message/parse-message.js";
import type { ResponseBuilder } from "../../src/message/response-builder.js";
import type { SipRequest } from "../../src/message/sip-request.js";
import { SipStack } from "../../src/stack/sip-stack.js";
import type { ServerTransaction } from "../../src/transaction/server-transaction.js";
import type { TransactionUser } from "../../src/transaction/transaction-user.js";
import type { TransportProtocol } from "../../src/transport/transport.js";
import type { UsageContext } from "../../src/ua/usage-context.js";

const here = { address: "192.0.2.1", port: 5060 };
const there = { address: "192.0.2.2", port: 5060 };

/** A stack of the engine and a scripted peer on one network, the clock in hand: what parts of a user agent stand on. */
export class UaBench implements TransactionUser {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly stack = new SipStack({ clock: this.clock, random: createSeededRandom(7) });
  /** Who is at the other end. */
  readonly peer: ScriptedUserAgent;
  readonly received: ServerTransaction[] = [];
  readonly acks: SipRequest[] = [];
  readonly context: UsageContext;
  /** Does something with each new request. */
  onNewRequest: ((transaction: ServerTransaction) => void) | undefined;
  onNewAck: ((ack: SipRequest) => void) | undefined;

  private constructor(protocol: TransportProtocol) {
    const { clock, network, stack } = this;
    this.peer = ScriptedUserAgent.inMemory(network, { protocol, ...there, name: "peer", clock, peer: here });
    this.context = { clock, timers: stack.transactions.timers, random: stack.random, log: silentLogger };
    network.name("192.0.2.1:5060", "engine");
    stack.attach(this);
  }

  static async open(protocol: TransportProtocol = "udp"): Promise<UaBench> {
    const bench = new UaBench(protocol);
    await bench.stack.listen(bench.network.transport({ protocol, ...here }));
    return bench;
  }

  /** Lets the peer send a request and gives the transaction it makes here. */
  receive(options: RequestOverrides & { readonly method: string }): ServerTransaction {
    this.peer.sendRequest({ uri: "sip:engine@192.0.2.1", ...options });
    this.clock.advance(0);
    const transaction = this.received.at(-1);
    if (transaction === undefined) throw new RangeError(`no ${options.method} came`);
    return transaction;
  }

  onRequest(transaction: ServerTransaction): void {
    this.received.push(transaction);
    this.onNewRequest?.(transaction);
  }

  onCancel(cancel: ServerTransaction): void {
    cancel.respond(createResponse(cancel.request, 200).build());
  }

  onAck(ack: SipRequest): void {
    this.acks.push(ack);
    this.onNewAck?.(ack);
  }
}

/** An answer under a To tag, with a Contact where it may make a dialog. */
export function answerTo(request: SipRequest, status: number, toTag = "engine-tag"): ResponseBuilder {
  const draft = createResponse(request, status, { toTag });
  return status > 100 && status < 300 ? draft.addText("Contact", "<sip:engine@192.0.2.1>") : draft;
}

/** Reads a request as the engine does. */
export function readRequest(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "request") throw new TypeError(`no request: ${text}`);
  return message;
}
