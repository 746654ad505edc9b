/** What becomes of the calls, each by what is called. */
export const outcomes = [
  "answered",
  "hung-up",
  "busy",
  "cancelled",
  "unanswered",
  "unreachable",
  "forked",
  "transferred",
] as const;

/** What becomes of a call. */
export type Outcome = (typeof outcomes)[number];

/** How many calls were begun and how many ended as they should. */
export interface OutcomeCount {
  begun: number;
  ended: number;
}

/** Counts calls by outcome, and keeps what went otherwise. */
export class Tally {
  readonly counts: Readonly<Record<Outcome, OutcomeCount>>;
  /** What went otherwise, the first few of it. */
  readonly surprises: string[] = [];
  #surpriseCount = 0;

  constructor() {
    const entries = outcomes.map((outcome) => [outcome, { begun: 0, ended: 0 }] as const);
    this.counts = Object.fromEntries(entries) as Record<Outcome, OutcomeCount>;
  }

  get surpriseCount(): number {
    return this.#surpriseCount;
  }

  /** How many calls were begun and did not end yet, nor surprisingly. */
  get open(): number {
    const all = Object.values(this.counts);
    return all.reduce((sum, { begun, ended }) => sum + begun - ended, 0) - this.#surpriseCount;
  }

  begin(outcome: Outcome): void {
    this.counts[outcome].begun++;
  }

  /** A call ended as it should. */
  end(outcome: Outcome): void {
    this.counts[outcome].ended++;
  }

  /** A call took another way. */
  surprise(text: string): void {
    this.#surpriseCount++;
    if (this.surprises.length < 10) this.surprises.push(text);
  }
}
