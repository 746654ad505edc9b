import { SipApplicationSessionScoped } from "@siplet/framework";

/** How long a call lasts. Every call has one of its own. */
@SipApplicationSessionScoped()
export class CallClock {
  startedAt = 0;

  start(): void {
    this.startedAt = Date.now();
  }

  elapsed(): number {
    return Date.now() - this.startedAt;
  }
}
