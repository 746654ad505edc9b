import { setTimeout } from "node:timers/promises";

/** Knows what calls cost, and takes its time to say so, like a database. */
export class Tariffs {
  /** Cents a minute. */
  async lookUp(caller: string): Promise<number> {
    await setTimeout(50);
    return caller.length;
  }
}
