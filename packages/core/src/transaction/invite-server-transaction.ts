/**
 * INVITE server transaction — RFC 3261 §17.2.1, with the accepted state of RFC 6026 §7.1.
 *
 *   proceeding ─INVITE→ proceeding (last provisional again);  proceeding ─200 ms→ proceeding (100)
 *   proceeding ─send 2xx→ accepted ─L→ terminated              (repeats of the INVITE are absorbed, ACK goes up)
 *   proceeding ─send 300–699→ completed ─ACK→ confirmed ─I→ terminated
 *   completed ─G→ completed (response again);  completed ─H→ terminated (user told)
 */
import type { TimerHandle } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { SipResponse } from "../message/sip-response.js";
import { ServerMachine } from "./server-machine.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransitionTable } from "./transition-table.js";

type State = "proceeding" | "accepted" | "completed" | "confirmed" | "terminated";
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
  | "leave";

/** What each event does in each state. */
export const inviteServerTable: TransitionTable<State, Event, Action> = {
  proceeding: {
    retransmission: ["proceeding", "repeat"],
    timerTrying: ["proceeding", "trying"],
    sendProvisional: ["proceeding", "send"],
    sendSuccess: ["accepted", "send", "startL"],
    sendFailure: ["completed", "send", "startGH"],
  },
  accepted: { sendSuccess: ["accepted", "send"], timerL: ["terminated", "leave"] },
  completed: {
    retransmission: ["completed", "repeat"],
    timerG: ["completed", "repeatFinal"],
    timerH: ["terminated", "timeOut", "leave"],
    ack: ["confirmed", "startI"],
  },
  confirmed: { timerI: ["terminated", "leave"] },
  terminated: {},
};

/** Takes an INVITE and carries its answers. */
export class InviteServerTransaction extends ServerMachine {
  #state: State = "proceeding";
  #timerTrying: TimerHandle | undefined;
  #timerG: TimerHandle | undefined;
  #timerH: TimerHandle | undefined;
  #lastTimer: TimerHandle | undefined;
  #intervalG = 0;

  static readonly #onTrying = (self: InviteServerTransaction): void => self.#handle("timerTrying");
  static readonly #onTimerG = (self: InviteServerTransaction): void => self.#handle("timerG");
  static readonly #onTimerH = (self: InviteServerTransaction): void => self.#handle("timerH");
  static readonly #onTimerI = (self: InviteServerTransaction): void => self.#handle("timerI");
  static readonly #onTimerL = (self: InviteServerTransaction): void => self.#handle("timerL");

  get state(): State {
    return this.#state;
  }

  requestDelivered(): void {
    const { clock, timers } = this.context;
    if (this.lastStatusCode === 0)
      this.#timerTrying = clock.setTimeout(InviteServerTransaction.#onTrying, timers.trying, this);
  }

  receiveRetransmission(): void {
    this.#handle("retransmission");
  }

  /** An ACK of this branch. Tells whether it was for a failure, so that nobody above need hear of it. */
  receiveAck(): boolean {
    if (this.#state === "accepted" || this.#state === "proceeding") return false;
    this.#handle("ack");
    return true;
  }

  respond(response: SipResponse, done?: (error?: EngineError) => void): void {
    const event = response.isProvisional
      ? "sendProvisional"
      : response.isSuccess
        ? "sendSuccess"
        : "sendFailure";
    if (inviteServerTable[this.#state][event] === undefined) this.refuse(response);
    this.#timerTrying = this.stop(this.#timerTrying);
    this.#handle(event, response, done);
  }

  #handle(event: Event, response?: SipResponse, done?: (error?: EngineError) => void): void {
    const transition = inviteServerTable[this.#state][event];
    if (transition === undefined) return;
    this.#state = transition[0];
    for (let index = 1; index < transition.length; index++)
      this.#run(transition[index] as Action, response, done);
  }

  #run(action: Action, response?: SipResponse, done?: (error?: EngineError) => void): void {
    switch (action) {
      case "trying":
        return this.transmitTrying();
      case "send":
        return response && this.transmit(response, done);
      case "repeat":
        return this.lastStatusCode === 0 ? this.transmitTrying() : this.transmitAgain();
      case "repeatFinal":
        this.#startG(Math.min(this.#intervalG * 2, this.context.timers.t2));
        return this.transmitAgain();
      case "startL":
        this.#lastTimer = this.#start(
          InviteServerTransaction.#onTimerL,
          transactionTimeout(this.context.timers),
        );
        return undefined;
      case "startGH":
        return this.#startGH();
      case "startI":
        return this.#startI();
      case "timeOut":
        return this.user?.onTimeout?.(this);
      case "leave":
        this.#stopAll();
        return this.leave();
    }
  }

  #start(callback: (self: InviteServerTransaction) => void, delay: number): TimerHandle {
    return this.context.clock.setTimeout(callback, delay, this);
  }

  #startG(interval: number): void {
    this.#intervalG = interval;
    this.#timerG = this.#start(InviteServerTransaction.#onTimerG, interval);
  }

  #startGH(): void {
    if (!this.connection.transport.isReliable) this.#startG(this.context.timers.t1);
    this.#timerH = this.#start(
      InviteServerTransaction.#onTimerH,
      transactionTimeout(this.context.timers),
    );
  }

  #startI(): void {
    this.#timerG = this.stop(this.#timerG);
    this.#timerH = this.stop(this.#timerH);
    if (this.connection.transport.isReliable) this.#handle("timerI");
    else this.#lastTimer = this.#start(InviteServerTransaction.#onTimerI, this.context.timers.t4);
  }

  #stopAll(): void {
    this.#timerTrying = this.stop(this.#timerTrying);
    this.#timerG = this.stop(this.#timerG);
    this.#timerH = this.stop(this.#timerH);
    this.#lastTimer = this.stop(this.#lastTimer);
  }
}
