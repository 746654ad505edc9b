import { CallProgress, type CallState } from "./call-progress.js";
import type { MessageEvent, NewTraceEvent, TraceEvent } from "./trace-event.js";

/** How much of one call is kept. */
export interface CallTraceLimits {
  /** Events of one call; those that come later are counted only. */
  readonly events: number;
}

/** A call in a list. */
export interface CallSummary {
  readonly id: string;
  readonly method: string;
  /** From and To of the first request, without tags. */
  readonly from: string;
  readonly to: string;
  readonly state: CallState;
  readonly status: number | undefined;
  /** Milliseconds since 1970 of its first and its latest event. */
  readonly startedAt: number;
  readonly changedAt: number;
  readonly applications: readonly string[];
  readonly messages: number;
  /** Whether application code failed in it. */
  readonly hasErrors: boolean;
}

/** What is kept of one call: all that happened in the dialogs of the application sessions that it runs through. */
export class CallTrace {
  readonly id: string;
  readonly callIds = new Set<string>();
  readonly applicationSessionIds = new Set<string>();
  readonly #limits: CallTraceLimits;
  readonly #events: TraceEvent[] = [];
  readonly #applications = new Set<string>();
  readonly #progress = new CallProgress();
  #method: string | undefined;
  #from = "";
  #to = "";
  #dropped = 0;
  #messages = 0;
  #hasErrors = false;
  #nextId = 1;

  constructor(id: string, limits: CallTraceLimits) {
    this.id = id;
    this.#limits = limits;
  }

  get events(): readonly TraceEvent[] {
    return this.#events;
  }

  /** Events that were not kept, because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  get summary(): CallSummary {
    const { state, status } = this.#progress;
    return {
      id: this.id,
      method: this.#method ?? "",
      from: this.#from,
      to: this.#to,
      state,
      status,
      startedAt: this.#events[0]?.time ?? 0,
      changedAt: this.#events.at(-1)?.time ?? 0,
      applications: [...this.#applications],
      messages: this.#messages,
      hasErrors: this.#hasErrors,
    };
  }

  /** Tells of the first request, which names the call. */
  begin(method: string, from: string, to: string): void {
    if (this.#method !== undefined) return;
    this.#method = method;
    this.#from = from;
    this.#to = to;
  }

  /** Keeps an event. Undefined when there are too many already. */
  add<Event extends NewTraceEvent>(event: Event): (Event & { readonly id: number }) | undefined {
    const kept = { ...event, id: this.#nextId++ };
    this.#note(kept);
    if (this.#events.length >= this.#limits.events) {
      this.#dropped += 1;
      return undefined;
    }
    this.#events.push(kept);
    return kept;
  }

  /** The last message that fits; searched from the end, where it is found soon. */
  findMessage(fits: (message: MessageEvent) => boolean): MessageEvent | undefined {
    for (let index = this.#events.length - 1; index >= 0; index--) {
      const event = this.#events[index];
      if (event?.kind === "message" && fits(event)) return event;
    }
    return undefined;
  }

  /** Application code failed in this call. */
  noteError(): void {
    this.#hasErrors = true;
  }

  /** Takes over everything of another trace that turned out to be the same call. */
  absorb(other: CallTrace): void {
    for (const id of other.callIds) this.callIds.add(id);
    for (const id of other.applicationSessionIds) this.applicationSessionIds.add(id);
    for (const name of other.#applications) this.#applications.add(name);
    this.#hasErrors ||= other.#hasErrors;
    this.#dropped += other.#dropped;
    this.#messages += other.#messages;
    this.#events.push(...other.#events.map((event) => ({ ...event, id: this.#nextId++ })));
    this.#events.sort((one, next) => one.time - next.time);
  }

  #note(event: TraceEvent): void {
    if (event.kind !== "message") {
      this.#applications.add(event.application);
      return;
    }
    this.#messages += 1;
    this.#progress.receive(event, this.#method ?? event.method);
  }
}
