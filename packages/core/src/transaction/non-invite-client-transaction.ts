/**
 * Non-INVITE client transaction — RFC 3261 §17.1.2.
 *
 *   trying ─E→ trying (repeat, doubling to T2);  trying ─1xx→ proceeding ─E→ proceeding (repeat each T2)
 *   trying, proceeding ─200–699→ completed ─K→ terminated
 *   trying, proceeding ─F or transport error→ terminated
 */
import type { TimerHandle } from "../clock/clock.js";
import type { SipResponse } from "../message/sip-response.js";
import { ClientMachine, type ClientSubject, type ClientTransactionParts } from "./client-machine.js";
import type { ClientTransaction } from "./client-transaction.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransactionContext } from "./transaction-context.js";
import type { TransitionTable } from "./transition-table.js";

type State = "trying" | "proceeding" | "completed";
type Event = "timerE" | "timerF" | "timerK" | "provisional" | "final";
type Action = "repeat" | "repeatSlowly" | "passUp" | "stopTimers" | "startK" | "timeOut" | "fail" | "leave";

/** What each event does in each state. */
export const nonInviteClientTable: TransitionTable<
  State | "terminated",
  Event | "transportError" | "terminate",
  Action
> = {
  trying: {
    timerE: ["trying", "repeat"],
    timerF: ["terminated", "timeOut", "leave"],
    transportError: ["terminated", "fail", "leave"],
    provisional: ["proceeding", "passUp"],
    final: ["completed", "stopTimers", "passUp", "startK"],
    terminate: ["terminated", "leave"],
  },
  proceeding: {
    timerE: ["proceeding", "repeatSlowly"],
    timerF: ["terminated", "timeOut", "leave"],
    transportError: ["terminated", "fail", "leave"],
    provisional: ["proceeding", "passUp"],
    final: ["completed", "stopTimers", "passUp", "startK"],
    terminate: ["terminated", "leave"],
  },
  completed: { timerK: ["terminated", "leave"], terminate: ["terminated", "leave"] },
  terminated: {},
};

/** Sends a request other than INVITE and takes its answers. */
export class NonInviteClientTransaction extends ClientMachine<State, Event, Action> {
  #timerE: TimerHandle | undefined;
  #timerF: TimerHandle | undefined;
  #timerK: TimerHandle | undefined;
  #intervalE = 0;

  static readonly #onTimerE = (self: NonInviteClientTransaction): void => self.handle("timerE");
  static readonly #onTimerF = (self: NonInviteClientTransaction): void => self.handle("timerF");
  static readonly #onTimerK = (self: NonInviteClientTransaction): void => self.handle("timerK");

  constructor(parts: ClientTransactionParts, context: TransactionContext<ClientTransaction>) {
    super(nonInviteClientTable, "trying", parts, context);
  }

  start(): void {
    const { clock, timers } = this.context;
    this.#timerF = clock.setTimeout(NonInviteClientTransaction.#onTimerF, transactionTimeout(timers), this);
    if (!this.connection.transport.isReliable) this.#startE(timers.t1);
    this.transmit();
  }

  receiveResponse(response: SipResponse): void {
    this.handle(response.isProvisional ? "provisional" : "final", response);
  }

  protected override run(action: Action, subject: ClientSubject | undefined): void {
    switch (action) {
      case "repeat":
        this.#startE(Math.min(this.#intervalE * 2, this.context.timers.t2));
        return this.transmit();
      case "repeatSlowly":
        this.#startE(this.context.timers.t2);
        return this.transmit();
      case "passUp":
        return this.passUp(subject);
      case "stopTimers":
        return this.#stopTimers();
      case "startK":
        return this.#startK();
      case "timeOut":
        return this.tellTimeout();
      case "fail":
        return this.tellTransportError(subject);
      case "leave":
        return this.#leave();
    }
  }

  #startE(interval: number): void {
    this.#intervalE = interval;
    this.#timerE = this.context.clock.setTimeout(NonInviteClientTransaction.#onTimerE, interval, this);
  }

  /** A timer of 0 leaves the state in the same tick (RFC 3261 §17.1.2.2). */
  #startK(): void {
    const { clock, timers } = this.context;
    if (this.connection.transport.isReliable) this.handle("timerK");
    else this.#timerK = clock.setTimeout(NonInviteClientTransaction.#onTimerK, timers.t4, this);
  }

  #stopTimers(): void {
    this.#timerE = this.stop(this.#timerE);
    this.#timerF = this.stop(this.#timerF);
    this.forgetBytes();
  }

  #leave(): void {
    this.#stopTimers();
    this.#timerK = this.stop(this.#timerK);
    this.leave();
  }
}
