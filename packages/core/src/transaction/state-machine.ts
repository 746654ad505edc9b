import type { TransitionTable } from "./transition-table.js";

interface WaitingEvent<Event, Subject> {
  readonly event: Event;
  readonly subject: Subject | undefined;
}

/**
 * Runs a transition table. A transition is complete before the next begins: what its own actions cause — a send that fails
 * at once, a timer of 0, a user that acts — waits its turn. An action that throws does not keep the others from running.
 */
export abstract class StateMachine<State extends string, Event extends string, Action extends string, Subject> {
  readonly #table: TransitionTable<State, Event, Action>;
  #state: State;
  #isBusy = false;
  #waiting: WaitingEvent<Event, Subject>[] | undefined;

  constructor(table: TransitionTable<State, Event, Action>, start: State) {
    this.#table = table;
    this.#state = start;
  }

  get state(): State {
    return this.#state;
  }

  /** Does what the table says of an action. */
  protected abstract run(action: Action, subject: Subject | undefined): void;

  /** An action threw: its user is at fault, not the machine. */
  protected abstract onActionFailed(error: unknown): void;

  /** Tells whether the table knows the event in the present state. */
  protected knows(event: Event): boolean {
    return this.#table[this.#state][event] !== undefined;
  }

  protected handle(event: Event, subject?: Subject): void {
    if (this.#isBusy) {
      (this.#waiting ??= []).push({ event, subject });
      return;
    }
    this.#isBusy = true;
    this.#step(event, subject);
    for (let next = this.#waiting?.shift(); next !== undefined; next = this.#waiting?.shift()) {
      this.#step(next.event, next.subject);
    }
    this.#waiting = undefined;
    this.#isBusy = false;
  }

  #step(event: Event, subject: Subject | undefined): void {
    const transition = this.#table[this.#state][event];
    if (transition === undefined) return;
    this.#state = transition[0];
    for (let index = 1; index < transition.length; index++) {
      try {
        this.run(transition[index] as Action, subject);
      } catch (error) {
        this.onActionFailed(error);
      }
    }
  }
}
