/**
 * Non-INVITE server transaction — RFC 3261 §17.2.2, with the corrections of RFC 4320.
 *
 *   trying ─same request→ trying (dropped);  trying ─3.5 s or send 100→ proceeding (100)
 *   proceeding ─same request→ proceeding (100 again)
 *   trying, proceeding ─send 200–699→ completed ─J→ terminated;  completed ─same request→ completed (response again)
 *   trying, proceeding ─408→ completed, nothing sent
 *   trying, proceeding, completed ─transport error→ same (user told)
 *
 * A 100 leaves when nothing was answered by the time the client repeats each T2, over UDP never earlier (RFC 4320 §4.1); no
 * other provisional is ever sent, and 408 neither (§4.2): by then the client has given up.
 */
import type { TimerHandle } from "../clock/clock.js";
import type { SipResponse } from "../message/sip-response.js";
import { ServerMachine, type ServerSubject, type ServerTransactionParts } from "./server-machine.js";
import type { ServerTransaction } from "./server-transaction.js";
import { timeToLongestInterval, transactionTimeout } from "./timer-values.js";
import type { SendCallback, TransactionContext } from "./transaction-context.js";
import type { TransitionTable } from "./transition-table.js";

type State = "trying" | "proceeding" | "completed";
type Event = "retransmission" | "timerTrying" | "timerJ" | "sendEarlyTrying" | "sendTrying" | "sendFinal" | "giveUp";
type Action = "trying" | "send" | "repeat" | "discard" | "startJ" | "confirm" | "fail" | "leave";

/** What each event does in each state. */
export const nonInviteServerTable: TransitionTable<
  State | "terminated",
  Event | "transportError" | "terminate",
  Action
> = {
  trying: {
    timerTrying: ["proceeding", "trying"],
    sendEarlyTrying: ["trying", "confirm"],
    sendTrying: ["proceeding", "send"],
    sendFinal: ["completed", "send", "startJ"],
    giveUp: ["completed", "discard", "startJ"],
    transportError: ["trying", "fail"],
    terminate: ["terminated", "leave"],
  },
  proceeding: {
    retransmission: ["proceeding", "repeat"],
    sendTrying: ["proceeding", "send"],
    sendFinal: ["completed", "send", "startJ"],
    giveUp: ["completed", "discard", "startJ"],
    transportError: ["proceeding", "fail"],
    terminate: ["terminated", "leave"],
  },
  completed: {
    retransmission: ["completed", "repeat"],
    timerJ: ["terminated", "leave"],
    sendFinal: ["completed", "confirm"],
    giveUp: ["completed", "confirm"],
    transportError: ["completed", "fail"],
    terminate: ["terminated", "leave"],
  },
  terminated: { sendFinal: ["terminated", "confirm"], giveUp: ["terminated", "confirm"] },
};

/** Takes a request other than INVITE and carries its answer. */
export class NonInviteServerTransaction extends ServerMachine<State, Event, Action> {
  #timerTrying: TimerHandle | undefined;
  #timerJ: TimerHandle | undefined;

  static readonly #onTrying = (self: NonInviteServerTransaction): void => self.handle("timerTrying");
  static readonly #onTimerJ = (self: NonInviteServerTransaction): void => self.handle("timerJ");

  constructor(parts: ServerTransactionParts, context: TransactionContext<ServerTransaction>) {
    super(nonInviteServerTable, "trying", parts, context);
  }

  protected override startTrying(): void {
    const { clock, timers } = this.context;
    this.#timerTrying = clock.setTimeout(NonInviteServerTransaction.#onTrying, timeToLongestInterval(timers), this);
  }

  receiveRetransmission(): void {
    this.handle("retransmission");
  }

  respond(response: SipResponse, done?: SendCallback): void {
    const event = this.#eventOf(response);
    if (!this.knows(event)) this.refuse(response);
    this.handle(event, { response, done });
  }

  protected override run(action: Action, subject: ServerSubject | undefined): void {
    switch (action) {
      case "trying":
        return this.transmitTrying();
      case "send":
        this.#timerTrying = this.stop(this.#timerTrying);
        return this.transmit(subject);
      case "repeat":
        return this.transmitAgain();
      case "discard":
        this.#timerTrying = this.stop(this.#timerTrying);
        return this.discard(subject);
      case "confirm":
        return this.confirm(subject);
      case "startJ":
        return this.#startJ();
      case "fail":
        return this.tellTransportError(subject);
      case "leave":
        this.#timerTrying = this.stop(this.#timerTrying);
        this.#timerJ = this.stop(this.#timerJ);
        return this.leave();
    }
  }

  #eventOf(response: SipResponse): "sendEarlyTrying" | "sendTrying" | "sendFinal" | "giveUp" {
    if (response.statusCode === 408) return "giveUp";
    if (!response.isProvisional) return "sendFinal";
    if (response.statusCode !== 100) this.refuse(response);
    return this.state === "trying" && !this.connection.transport.isReliable ? "sendEarlyTrying" : "sendTrying";
  }

  /** A timer of 0 leaves the state in the same tick (RFC 3261 §17.2.2). */
  #startJ(): void {
    const { clock, timers } = this.context;
    if (this.connection.transport.isReliable) this.handle("timerJ");
    else this.#timerJ = clock.setTimeout(NonInviteServerTransaction.#onTimerJ, transactionTimeout(timers), this);
  }
}
