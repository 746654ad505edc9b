/**
 * Non-INVITE client transaction — RFC 3261 §17.1.2.
 *
 *   trying ─E→ trying (repeat, doubling to T2);  trying ─1xx→ proceeding ─E→ proceeding (repeat each T2)
 *   trying, proceeding ─200–699→ completed ─K→ terminated
 *   trying, proceeding ─F or transport error→ terminated
 */
import type { TimerHandle } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { SipResponse } from "../message/sip-response.js";
import { ClientMachine } from "./client-machine.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransitionTable } from "./transition-table.js";

type State = "trying" | "proceeding" | "completed" | "terminated";
type Event = "timerE" | "timerF" | "timerK" | "provisional" | "final" | "transportError";
type Action =
  | "repeat"
  | "repeatSlowly"
  | "passUp"
  | "stopTimers"
  | "startK"
  | "timeOut"
  | "fail"
  | "leave";

/** What each event does in each state. */
export const nonInviteClientTable: TransitionTable<State, Event, Action> = {
  trying: {
    timerE: ["trying", "repeat"],
    timerF: ["terminated", "timeOut", "leave"],
    transportError: ["terminated", "fail", "leave"],
    provisional: ["proceeding", "passUp"],
    final: ["completed", "stopTimers", "passUp", "startK"],
  },
  proceeding: {
    timerE: ["proceeding", "repeatSlowly"],
    timerF: ["terminated", "timeOut", "leave"],
    transportError: ["terminated", "fail", "leave"],
    provisional: ["proceeding", "passUp"],
    final: ["completed", "stopTimers", "passUp", "startK"],
  },
  completed: { timerK: ["terminated", "leave"] },
  terminated: {},
};

/** Sends a request other than INVITE and takes its answers. */
export class NonInviteClientTransaction extends ClientMachine {
  #state: State = "trying";
  #timerE: TimerHandle | undefined;
  #timerF: TimerHandle | undefined;
  #timerK: TimerHandle | undefined;
  #intervalE = 0;

  static readonly #onTimerE = (self: NonInviteClientTransaction): void => self.#handle("timerE");
  static readonly #onTimerF = (self: NonInviteClientTransaction): void => self.#handle("timerF");
  static readonly #onTimerK = (self: NonInviteClientTransaction): void => self.#handle("timerK");

  get state(): State {
    return this.#state;
  }

  start(): void {
    const { clock, timers } = this.context;
    this.#timerF = clock.setTimeout(
      NonInviteClientTransaction.#onTimerF,
      transactionTimeout(timers),
      this,
    );
    if (!this.connection.transport.isReliable) this.#startE(timers.t1);
    this.transmit();
  }

  receiveResponse(response: SipResponse): void {
    this.#handle(response.isProvisional ? "provisional" : "final", response);
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
    const transition = nonInviteClientTable[this.#state][event];
    if (transition === undefined) return;
    this.#state = transition[0];
    for (let index = 1; index < transition.length; index++)
      this.#run(transition[index] as Action, response, error);
  }

  #run(action: Action, response?: SipResponse, error?: EngineError): void {
    switch (action) {
      case "repeat":
        this.#startE(Math.min(this.#intervalE * 2, this.context.timers.t2));
        return this.transmit();
      case "repeatSlowly":
        this.#startE(this.context.timers.t2);
        return this.transmit();
      case "passUp":
        return response && this.passUp(response);
      case "stopTimers":
        return this.#stopTimers();
      case "startK":
        return this.#startK();
      case "timeOut":
        return this.tellTimeout();
      case "fail":
        return error && this.tellTransportError(error);
      case "leave":
        this.#stopTimers();
        this.#timerK = this.stop(this.#timerK);
        return this.leave();
    }
  }

  #startE(interval: number): void {
    this.#intervalE = interval;
    this.#timerE = this.context.clock.setTimeout(
      NonInviteClientTransaction.#onTimerE,
      interval,
      this,
    );
  }

  #startK(): void {
    if (this.connection.transport.isReliable) this.#handle("timerK");
    else
      this.#timerK = this.context.clock.setTimeout(
        NonInviteClientTransaction.#onTimerK,
        this.context.timers.t4,
        this,
      );
  }

  #stopTimers(): void {
    this.#timerE = this.stop(this.#timerE);
    this.#timerF = this.stop(this.#timerF);
  }
}
