/**
 * INVITE client transaction — RFC 3261 §17.1.1, with the accepted state of RFC 6026 §7.2.
 *
 *   calling ─A→ calling (repeat);  calling ─1xx→ proceeding
 *   calling, proceeding ─2xx→ accepted ─M→ terminated          (each further 2xx goes up)
 *   calling, proceeding ─300–699→ completed ─D→ terminated     (ACK sent, sent again for each repeat)
 *   calling ─B→ terminated;  calling, completed ─transport error→ terminated
 */
import type { TimerHandle } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { SipResponse } from "../message/sip-response.js";
import { failureAck } from "./failure-ack.js";
import { ClientMachine } from "./client-machine.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransitionTable } from "./transition-table.js";

type State = "calling" | "proceeding" | "completed" | "accepted" | "terminated";
type Event =
  | "timerA"
  | "timerB"
  | "timerD"
  | "timerM"
  | "provisional"
  | "success"
  | "failure"
  | "transportError";
type Action =
  | "repeat"
  | "passUp"
  | "stopRepeating"
  | "acknowledge"
  | "startD"
  | "startM"
  | "timeOut"
  | "fail"
  | "leave";

/** What each event does in each state. */
export const inviteClientTable: TransitionTable<State, Event, Action> = {
  calling: {
    timerA: ["calling", "repeat"],
    timerB: ["terminated", "timeOut", "leave"],
    transportError: ["terminated", "fail", "leave"],
    provisional: ["proceeding", "stopRepeating", "passUp"],
    success: ["accepted", "stopRepeating", "startM", "passUp"],
    failure: ["completed", "stopRepeating", "acknowledge", "passUp", "startD"],
  },
  proceeding: {
    provisional: ["proceeding", "passUp"],
    success: ["accepted", "startM", "passUp"],
    failure: ["completed", "acknowledge", "passUp", "startD"],
    transportError: ["terminated", "fail", "leave"],
  },
  accepted: { success: ["accepted", "passUp"], timerM: ["terminated", "leave"] },
  completed: {
    failure: ["completed", "acknowledge"],
    timerD: ["terminated", "leave"],
    transportError: ["terminated", "fail", "leave"],
  },
  terminated: {},
};

/** Sends an INVITE and takes its answers. */
export class InviteClientTransaction extends ClientMachine {
  #state: State = "calling";
  #timerA: TimerHandle | undefined;
  #timerB: TimerHandle | undefined;
  #lastTimer: TimerHandle | undefined;
  #intervalA = 0;

  static readonly #onTimerA = (self: InviteClientTransaction): void => self.#handle("timerA");
  static readonly #onTimerB = (self: InviteClientTransaction): void => self.#handle("timerB");
  static readonly #onTimerD = (self: InviteClientTransaction): void => self.#handle("timerD");
  static readonly #onTimerM = (self: InviteClientTransaction): void => self.#handle("timerM");

  get state(): State {
    return this.#state;
  }

  start(): void {
    const { clock, timers } = this.context;
    this.#timerB = clock.setTimeout(
      InviteClientTransaction.#onTimerB,
      transactionTimeout(timers),
      this,
    );
    if (!this.connection.transport.isReliable) this.#startA(timers.t1);
    this.transmit();
  }

  receiveResponse(response: SipResponse): void {
    this.#handle(
      response.isProvisional ? "provisional" : response.isSuccess ? "success" : "failure",
      response,
    );
  }

  receiveTransportError(error: EngineError): void {
    this.#handle("transportError", undefined, error);
  }

  terminate(): void {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    this.#run("leave");
  }

  #handle(event: Event, response?: SipResponse, error?: EngineError): void {
    const transition = inviteClientTable[this.#state][event];
    if (transition === undefined) return;
    this.#state = transition[0];
    for (let index = 1; index < transition.length; index++)
      this.#run(transition[index] as Action, response, error);
  }

  #run(action: Action, response?: SipResponse, error?: EngineError): void {
    switch (action) {
      case "repeat":
        this.#startA(this.#intervalA * 2);
        return this.transmit();
      case "passUp":
        return response && this.passUp(response);
      case "stopRepeating":
        return this.#stopRepeating();
      case "acknowledge":
        return response && this.transmitOther(failureAck(this.request, response));
      case "startD":
        return this.#startLast(
          InviteClientTransaction.#onTimerD,
          this.connection.transport.isReliable ? 0 : this.context.timers.d,
        );
      case "startM":
        return this.#startLast(
          InviteClientTransaction.#onTimerM,
          transactionTimeout(this.context.timers),
        );
      case "timeOut":
        return this.tellTimeout();
      case "fail":
        return error && this.tellTransportError(error);
      case "leave":
        this.#stopRepeating();
        this.#lastTimer = this.stop(this.#lastTimer);
        return this.leave();
    }
  }

  #startA(interval: number): void {
    this.#intervalA = interval;
    this.#timerA = this.context.clock.setTimeout(InviteClientTransaction.#onTimerA, interval, this);
  }

  #stopRepeating(): void {
    this.#timerA = this.stop(this.#timerA);
    this.#timerB = this.stop(this.#timerB);
  }

  /** A timer of 0 leaves the state in the same tick (RFC 3261 §17.1.1.2). */
  #startLast(callback: (self: InviteClientTransaction) => void, delay: number): void {
    if (delay === 0) callback(this);
    else this.#lastTimer = this.context.clock.setTimeout(callback, delay, this);
  }
}
