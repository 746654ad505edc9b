import { BridgeHooks, inject, type Bridge, type BridgeLeg, type BridgeTransfer } from "@siplet/framework";
import { Journal } from "./journal.js";

/** Tells of transfers. */
export class Transfers extends BridgeHooks {
  constructor(@inject(Journal) private readonly journal: Journal) {
    super();
  }

  override onTransfer(_bridge: Bridge, { by, isAttended }: BridgeTransfer): void {
    this.journal.write(`${isAttended ? "attended" : "blind"} transfer by the ${by}`);
  }

  override onRelinked(_bridge: Bridge, replaced: BridgeLeg, status: number): void {
    this.journal.write(status < 300 ? `the ${replaced} was replaced` : `the transfer failed: ${status}`);
  }
}
