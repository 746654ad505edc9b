import { setImmediate } from "node:timers/promises";
import { SipApplicationSessionScoped } from "@siplet/framework";

/** Counts something of one call. */
@SipApplicationSessionScoped()
export class Counter {
  value = 0;

  /** Reads, waits and writes: two of these at once would lose one. In the queue of a call there are no two at once. */
  async increment(): Promise<number> {
    const seen = this.value;
    await setImmediate();
    this.value = seen + 1;
    return this.value;
  }
}
