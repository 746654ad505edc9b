/** A name that several phones answer to. */
export interface HuntGroup {
  readonly name: string;
  /** The users whose phones ring, in this order where they ring in turn. */
  readonly members: readonly string[];
  /** All at once, else one after the other. */
  readonly isParallel: boolean;
}

/** The groups of a company, and what holds for all of them. */
export class Groups {
  readonly #groups: readonly HuntGroup[];
  /** Seconds that phones ring: all together, or each in its turn. */
  readonly ringTime: number;
  /** The user who is called when nobody of a group answers. */
  readonly desk: string;

  constructor(groups: readonly HuntGroup[], ringTime: number, desk: string) {
    this.#groups = groups;
    this.ringTime = ringTime;
    this.desk = desk;
  }

  find(name: string | undefined): HuntGroup | undefined {
    return this.#groups.find((group) => group.name === name);
  }
}
