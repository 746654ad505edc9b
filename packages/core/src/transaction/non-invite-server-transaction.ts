/**
 * Non-INVITE server transaction — RFC 3261 §17.2.2, with the corrections of RFC 4320.
 *
 *   trying ─same request→ trying (dropped);  trying ─send 100→ proceeding ─same request→ proceeding (100 again)
 *   trying, proceeding ─send 200–699→ completed ─J→ terminated;  completed ─same request→ completed (response again)
 *
 * A 100 is sent when nothing was answered by the time the client repeats each T2 (RFC 4320 §4.1); no other provisional is
 * ever sent, and 408 neither (§4.2): by then the client has given up.
 */
import type { TimerHandle } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { SipResponse } from "../message/sip-response.js";
import { ServerMachine } from "./server-machine.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransitionTable } from "./transition-table.js";

type State = "trying" | "proceeding" | "completed" | "terminated";
type Event = "retransmission" | "timerTrying" | "timerJ" | "sendProvisional" | "sendFinal";
type Action = "trying" | "send" | "repeat" | "startJ" | "leave";

/** What each event does in each state. */
export const nonInviteServerTable: TransitionTable<State, Event, Action> = {
  trying: {
    timerTrying: ["proceeding", "trying"],
    sendProvisional: ["proceeding", "send"],
    sendFinal: ["completed", "send", "startJ"],
  },
  proceeding: {
    retransmission: ["proceeding", "repeat"],
    sendProvisional: ["proceeding", "send"],
    sendFinal: ["completed", "send", "startJ"],
  },
  completed: { retransmission: ["completed", "repeat"], timerJ: ["terminated", "leave"] },
  terminated: {},
};

/** Takes a request other than INVITE and carries its answer. */
export class NonInviteServerTransaction extends ServerMachine {
  #state: State = "trying";
  #timerTrying: TimerHandle | undefined;
  #timerJ: TimerHandle | undefined;

  static readonly #onTrying = (self: NonInviteServerTransaction): void =>
    self.#handle("timerTrying");
  static readonly #onTimerJ = (self: NonInviteServerTransaction): void => self.#handle("timerJ");

  get state(): State {
    return this.#state;
  }

  requestDelivered(): void {
    if (this.lastStatusCode !== 0) return;
    this.#timerTrying = this.context.clock.setTimeout(
      NonInviteServerTransaction.#onTrying,
      this.#tryingDelay(),
      this,
    );
  }

  receiveRetransmission(): void {
    this.#handle("retransmission");
  }

  respond(response: SipResponse, done?: (error?: EngineError) => void): void {
    const event = response.isProvisional ? "sendProvisional" : "sendFinal";
    if (response.statusCode > 100 && response.isProvisional) this.refuse(response);
    if (nonInviteServerTable[this.#state][event] === undefined) this.refuse(response);
    this.#timerTrying = this.stop(this.#timerTrying);
    if (response.statusCode === 408) return this.#giveUp(done);
    this.#handle(event, response, done);
  }

  /** Nobody waits for a 408 any more: it is not sent (RFC 4320 §4.2). */
  #giveUp(done?: (error?: EngineError) => void): void {
    this.#state = "terminated";
    this.#run("leave");
    done?.();
  }

  /** Until the client's timer E is reset to T2: the sum of the intervals that still double. */
  #tryingDelay(): number {
    const { t1, t2 } = this.context.timers;
    let delay = 0;
    for (let interval = t1; interval < t2; interval *= 2) delay += interval;
    return delay;
  }

  #handle(event: Event, response?: SipResponse, done?: (error?: EngineError) => void): void {
    const transition = nonInviteServerTable[this.#state][event];
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
        return this.transmitAgain();
      case "startJ":
        return this.#startJ();
      case "leave":
        this.#timerTrying = this.stop(this.#timerTrying);
        this.#timerJ = this.stop(this.#timerJ);
        return this.leave();
    }
  }

  #startJ(): void {
    const { clock, timers } = this.context;
    if (this.connection.transport.isReliable) this.#handle("timerJ");
    else
      this.#timerJ = clock.setTimeout(
        NonInviteServerTransaction.#onTimerJ,
        transactionTimeout(timers),
        this,
      );
  }
}
