/**
 * How the targets of a request are tried: all at once, one after the other in the order given, or in groups of equal q, the
 * most wanted first (RFC 3261 §16.6).
 */
export type ForkMode = "parallel" | "sequential" | "groups";

/** What a set has to know of a target. */
export interface RankedTarget {
  /** How much the target is wanted, 0 to 1. */
  readonly q: number;
}

/**
 * Targets that are tried by one rule: those of the request, or the contacts of one redirect. Says whose turn it is; starts
 * nothing.
 */
export class TargetSet<Target extends RankedTarget> {
  /** The target whose redirect gave these; undefined for the targets of the request. */
  readonly parent: Target | undefined;
  #mode: ForkMode;
  readonly #waiting: Target[] = [];
  #active = 0;
  /** The q of the group that is being tried. */
  #rank = 0;

  constructor(mode: ForkMode, parent?: Target) {
    this.#mode = mode;
    this.parent = parent;
  }

  /** How many targets wait for their turn. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Whether nobody waits and nobody is being tried. */
  get isDrained(): boolean {
    return this.#active === 0 && this.#waiting.length === 0;
  }

  add(target: Target): void {
    this.#waiting.push(target);
  }

  /** Changes how those are tried that still wait. */
  setMode(mode: ForkMode): void {
    this.#mode = mode;
  }

  /** Those whose turn it is, in order. */
  due(): readonly Target[] {
    if (this.#waiting.length === 0 || this.#mode === "parallel") return this.#waiting;
    if (this.#mode === "sequential") return this.#active > 0 ? [] : this.#waiting.slice(0, 1);
    if (this.#active === 0) this.#rank = Math.max(...this.#waiting.map(({ q }) => q));
    return this.#waiting.filter(({ q }) => q === this.#rank);
  }

  /** A target that was due is being tried. */
  begin(target: Target): void {
    this.remove(target);
    this.#active++;
  }

  /** A target that was being tried has come to its end. */
  end(): void {
    this.#active--;
  }

  /** A target that waits will not be tried. */
  remove(target: Target): void {
    const index = this.#waiting.indexOf(target);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Takes out all that wait. */
  clear(): readonly Target[] {
    return this.#waiting.splice(0);
  }
}
