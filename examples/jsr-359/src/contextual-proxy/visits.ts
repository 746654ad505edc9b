import { inject } from "@siplet/framework";
import { Counter } from "./counter.js";

/** Says how often somebody looked at a call. Runs in the application session of that call. */
export class Visits {
  constructor(@inject(Counter) private readonly counter: Counter) {}

  add(): Promise<number> {
    return this.counter.increment();
  }

  count(): number {
    return this.counter.value;
  }
}
