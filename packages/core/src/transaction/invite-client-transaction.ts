/**
 * INVITE client transaction — RFC 3261 §17.1.1, with the accepted state of RFC 6026 §7.2.
 *
 *   calling ─A→ calling (repeat);  calling ─1xx→ proceeding
 *   calling, proceeding ─2xx→ accepted ─M→ terminated          (each further 2xx goes up)
 *   calling, proceeding ─300–699→ completed ─D→ terminated     (ACK sent, sent again for each repeat)
 *   calling ─B→ terminated;  calling, proceeding, completed ─transport error→ terminated
 */
import type { TimerHandle } from "../clock/clock.js";
import { isEngineError } from "../errors/engine-error.js";
import type { SipResponse } from "../message/sip-response.js";
import { ClientMachine, type ClientSubject, type ClientTransactionParts } from "./client-machine.js";
import type { ClientTransaction } from "./client-transaction.js";
import { failureAck } from "./failure-ack.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransactionContext } from "./transaction-context.js";
import type { TransitionTable } from "./transition-table.js";

type State = "calling" | "proceeding" | "completed" | "accepted";
type Event = "timerA" | "timerB" | "timerD" | "timerM" | "provisional" | "success" | "failure";
type Action =
  | "repeat"
  | "passUp"
  | "stopRepeating"
  | "acknowledge"
  | "acknowledgeAgain"
  | "startD"
  | "startM"
  | "timeOut"
  | "fail"
  | "leave";

/** What each event does in each state. */
export const inviteClientTable: TransitionTable<State | "terminated", Event | "transportError" | "terminate", Action> =
  {
    calling: {
      timerA: ["calling", "repeat"],
      timerB: ["terminated", "timeOut", "leave"],
      transportError: ["terminated", "fail", "leave"],
      provisional: ["proceeding", "stopRepeating", "passUp"],
      success: ["accepted", "stopRepeating", "startM", "passUp"],
      failure: ["completed", "stopRepeating", "acknowledge", "passUp", "startD"],
      terminate: ["terminated", "leave"],
    },
    proceeding: {
      provisional: ["proceeding", "passUp"],
      success: ["accepted", "startM", "passUp"],
      failure: ["completed", "acknowledge", "passUp", "startD"],
      transportError: ["terminated", "fail", "leave"],
      terminate: ["terminated", "leave"],
    },
    accepted: {
      success: ["accepted", "passUp"],
      timerM: ["terminated", "leave"],
      terminate: ["terminated", "leave"],
    },
    completed: {
      failure: ["completed", "acknowledgeAgain"],
      timerD: ["terminated", "leave"],
      transportError: ["terminated", "fail", "leave"],
      terminate: ["terminated", "leave"],
    },
    terminated: {},
  };

/** Sends an INVITE and takes its answers. */
export class InviteClientTransaction extends ClientMachine<State, Event, Action> {
  #timerA: TimerHandle | undefined;
  #timerB: TimerHandle | undefined;
  #lastTimer: TimerHandle | undefined;
  #intervalA = 0;
  #ack: Uint8Array | undefined;

  static readonly #onTimerA = (self: InviteClientTransaction): void => self.handle("timerA");
  static readonly #onTimerB = (self: InviteClientTransaction): void => self.handle("timerB");
  static readonly #onTimerD = (self: InviteClientTransaction): void => self.handle("timerD");
  static readonly #onTimerM = (self: InviteClientTransaction): void => self.handle("timerM");

  constructor(parts: ClientTransactionParts, context: TransactionContext<ClientTransaction>) {
    super(inviteClientTable, "calling", parts, context);
  }

  start(): void {
    const { clock, timers } = this.context;
    this.#timerB = clock.setTimeout(InviteClientTransaction.#onTimerB, transactionTimeout(timers), this);
    if (!this.connection.transport.isReliable) this.#startA(timers.t1);
    this.transmit();
  }

  receiveResponse(response: SipResponse): void {
    this.handle(response.isProvisional ? "provisional" : response.isSuccess ? "success" : "failure", response);
  }

  protected override run(action: Action, subject: ClientSubject | undefined): void {
    switch (action) {
      case "repeat":
        this.#startA(this.#intervalA * 2);
        return this.transmit();
      case "passUp":
        return this.passUp(subject);
      case "stopRepeating":
        return this.#stopRepeating();
      case "acknowledge":
        return this.#acknowledge(subject);
      case "acknowledgeAgain":
        return this.#acknowledgeAgain();
      case "startD":
        return this.#startD();
      case "startM":
        return this.#startM();
      case "timeOut":
        return this.tellTimeout();
      case "fail":
        return this.tellTransportError(subject);
      case "leave":
        return this.#leave();
    }
  }

  #startA(interval: number): void {
    this.#intervalA = interval;
    this.#timerA = this.context.clock.setTimeout(InviteClientTransaction.#onTimerA, interval, this);
  }

  #stopRepeating(): void {
    this.#timerA = this.stop(this.#timerA);
    this.#timerB = this.stop(this.#timerB);
    this.forgetBytes();
  }

  /** On the path of the INVITE, whatever a look-up would say now (RFC 3261 §17.1.1.2). */
  #acknowledge(response: ClientSubject | undefined): void {
    if (response === undefined || isEngineError(response)) return;
    const ack = failureAck(this.request, response);
    this.guard(() => {
      this.#ack = this.context.sender.send(ack, this.connection, this.onSent);
    });
  }

  #acknowledgeAgain(): void {
    const ack = this.#ack;
    if (ack !== undefined) this.guard(() => this.context.sender.resend(ack, this.connection, this.onSent));
  }

  /** A timer of 0 leaves the state in the same tick (RFC 3261 §17.1.1.2). */
  #startD(): void {
    const { clock, timers } = this.context;
    if (this.connection.transport.isReliable) this.handle("timerD");
    else this.#lastTimer = clock.setTimeout(InviteClientTransaction.#onTimerD, timers.d, this);
  }

  #startM(): void {
    const { clock, timers } = this.context;
    this.forgetBytes();
    this.#lastTimer = clock.setTimeout(InviteClientTransaction.#onTimerM, transactionTimeout(timers), this);
  }

  #leave(): void {
    this.#stopRepeating();
    this.#lastTimer = this.stop(this.#lastTimer);
    this.#ack = undefined;
    this.leave();
  }
}
