/**
 * INVITE server transaction — RFC 3261 §17.2.1, with the accepted state of RFC 6026 §7.1.
 *
 *   proceeding ─INVITE→ proceeding (last provisional again);  proceeding ─200 ms→ proceeding (100)
 *   proceeding ─send 2xx→ accepted ─L→ terminated              (repeats of the INVITE are absorbed, ACK goes up)
 *   proceeding ─send 300–699→ completed ─ACK→ confirmed ─I→ terminated
 *   completed ─G→ completed (response again);  completed ─H→ terminated (user told)
 *   proceeding, accepted, completed ─transport error→ same (user told)
 */
import type { TimerHandle } from "../clock/clock.js";
import type { SipResponse } from "../message/sip-response.js";
import { ServerMachine, type ServerSubject, type ServerTransactionParts } from "./server-machine.js";
import type { ServerTransaction } from "./server-transaction.js";
import { transactionTimeout } from "./timer-values.js";
import type { SendCallback, TransactionContext } from "./transaction-context.js";
import type { TransitionTable } from "./transition-table.js";

type State = "proceeding" | "accepted" | "completed" | "confirmed";
type Event =
  | "retransmission"
  | "timerTrying"
  | "timerG"
  | "timerH"
  | "timerI"
  | "timerL"
  | "ack"
  | "sendProvisional"
  | "sendSuccess"
  | "sendFailure";
type Action =
  | "trying"
  | "send"
  | "repeat"
  | "repeatFinal"
  | "startL"
  | "startGH"
  | "startI"
  | "timeOut"
  | "fail"
  | "leave";

/** What each event does in each state. */
export const inviteServerTable: TransitionTable<State | "terminated", Event | "transportError" | "terminate", Action> =
  {
    proceeding: {
      retransmission: ["proceeding", "repeat"],
      timerTrying: ["proceeding", "trying"],
      sendProvisional: ["proceeding", "send"],
      sendSuccess: ["accepted", "send", "startL"],
      sendFailure: ["completed", "send", "startGH"],
      transportError: ["proceeding", "fail"],
      terminate: ["terminated", "leave"],
    },
    accepted: {
      sendSuccess: ["accepted", "send"],
      timerL: ["terminated", "leave"],
      transportError: ["accepted", "fail"],
      terminate: ["terminated", "leave"],
    },
    completed: {
      retransmission: ["completed", "repeat"],
      timerG: ["completed", "repeatFinal"],
      timerH: ["terminated", "timeOut", "leave"],
      ack: ["confirmed", "startI"],
      transportError: ["completed", "fail"],
      terminate: ["terminated", "leave"],
    },
    confirmed: { timerI: ["terminated", "leave"], terminate: ["terminated", "leave"] },
    terminated: {},
  };

/** Takes an INVITE and carries its answers. */
export class InviteServerTransaction extends ServerMachine<State, Event, Action> {
  #timerTrying: TimerHandle | undefined;
  #timerG: TimerHandle | undefined;
  /** H, I or L: never two of them at a time. */
  #lastTimer: TimerHandle | undefined;
  #intervalG = 0;

  static readonly #onTrying = (self: InviteServerTransaction): void => self.handle("timerTrying");
  static readonly #onTimerG = (self: InviteServerTransaction): void => self.handle("timerG");
  static readonly #onTimerH = (self: InviteServerTransaction): void => self.handle("timerH");
  static readonly #onTimerI = (self: InviteServerTransaction): void => self.handle("timerI");
  static readonly #onTimerL = (self: InviteServerTransaction): void => self.handle("timerL");

  constructor(parts: ServerTransactionParts, context: TransactionContext<ServerTransaction>) {
    super(inviteServerTable, "proceeding", parts, context);
  }

  protected override startTrying(): void {
    this.#timerTrying = this.#start(InviteServerTransaction.#onTrying, this.context.timers.trying);
  }

  receiveRetransmission(): void {
    this.handle("retransmission");
  }

  /**
   * An ACK of this branch. Tells whether the user has to hear of it: only for a 2xx, as peers send it that reuse the branch
   * (RFC 6026 §7.1).
   */
  receiveAck(): boolean {
    if (this.state === "accepted") return true;
    this.handle("ack");
    return false;
  }

  respond(response: SipResponse, done?: SendCallback): void {
    const event = eventOf(response);
    if (!this.knows(event)) this.refuse(response);
    this.handle(event, { response, done });
  }

  protected override run(action: Action, subject: ServerSubject | undefined): void {
    switch (action) {
      case "trying":
        return this.#trying();
      case "send":
        this.#timerTrying = this.stop(this.#timerTrying);
        return this.transmit(subject);
      case "repeat":
        return this.lastStatusCode === 0 ? this.#trying() : this.transmitAgain();
      case "repeatFinal":
        this.#startG(Math.min(this.#intervalG * 2, this.context.timers.t2));
        return this.transmitAgain();
      case "startL":
        return this.#startLast(InviteServerTransaction.#onTimerL);
      case "startGH":
        if (!this.connection.transport.isReliable) this.#startG(this.context.timers.t1);
        return this.#startLast(InviteServerTransaction.#onTimerH);
      case "startI":
        return this.#startI();
      case "timeOut":
        return this.user?.onTimeout?.(this);
      case "fail":
        return this.tellTransportError(subject);
      case "leave":
        this.#stopAll();
        return this.leave();
    }
  }

  #start(callback: (self: InviteServerTransaction) => void, delay: number): TimerHandle {
    return this.context.clock.setTimeout(callback, delay, this);
  }

  #trying(): void {
    this.#timerTrying = this.stop(this.#timerTrying);
    this.transmitTrying();
  }

  #startG(interval: number): void {
    this.#intervalG = interval;
    this.#timerG = this.#start(InviteServerTransaction.#onTimerG, interval);
  }

  #startLast(callback: (self: InviteServerTransaction) => void): void {
    this.#lastTimer = this.#start(callback, transactionTimeout(this.context.timers));
  }

  /** A timer of 0 leaves the state in the same tick (RFC 3261 §17.2.1). */
  #startI(): void {
    this.#stopAll();
    if (this.connection.transport.isReliable) this.handle("timerI");
    else this.#lastTimer = this.#start(InviteServerTransaction.#onTimerI, this.context.timers.t4);
  }

  #stopAll(): void {
    this.#timerTrying = this.stop(this.#timerTrying);
    this.#timerG = this.stop(this.#timerG);
    this.#lastTimer = this.stop(this.#lastTimer);
  }
}

function eventOf(response: SipResponse): "sendProvisional" | "sendSuccess" | "sendFailure" {
  if (response.isProvisional) return "sendProvisional";
  return response.isSuccess ? "sendSuccess" : "sendFailure";
}
