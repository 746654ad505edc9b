import { setImmediate } from "node:timers/promises";
import { SipApplicationSessionScoped } from "@siplet/framework";

/** The money of one person. Everybody has one application session, and so one account. */
@SipApplicationSessionScoped()
export class Account {
  balance = 100;

  /** Reads, waits and writes: safe, since one thing at a time happens in an application session. */
  async add(amount: number): Promise<number> {
    const seen = this.balance;
    await setImmediate();
    this.balance = seen + amount;
    return this.balance;
  }
}
