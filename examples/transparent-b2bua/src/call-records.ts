import { BridgeHooks, inject, type Bridge, type BridgeEnd } from "@siplet/framework";
import { Journal } from "./journal.js";

/** Writes a line for each call that is over. */
export class CallRecords extends BridgeHooks {
  constructor(@inject(Journal) private readonly journal: Journal) {
    super();
  }

  override onEnd(_bridge: Bridge, { by, cause, status, duration }: BridgeEnd): void {
    const outcome = status === undefined ? cause : `${cause} ${status}`;
    this.journal.write(`${outcome} by the ${by} after ${Math.round(duration / 1000)} s`);
  }
}
