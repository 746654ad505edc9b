import type { Dialog } from "./dialog.js";

/** What a failed request inside a dialog takes with it: the transaction alone, its usage, or the whole dialog. */
export type FailureScope = "transaction" | "usage" | "dialog";

/** Routing is broken, or the other end is gone for good (RFC 5057 §5.1). */
const endsDialog = new Set([404, 410, 416, 482, 483, 484, 485, 502, 604]);
/** The other end knows nothing of this usage, or will never answer for it (RFC 5057 §5.1). */
const endsUsage = new Set([405, 408, 480, 481, 489, 501]);

/** What a final response to a request inside a dialog ends; a timeout counts as 408. RFC 5057 §5.1 */
export function failureScope(statusCode: number): FailureScope {
  if (endsDialog.has(statusCode)) return "dialog";
  return endsUsage.has(statusCode) ? "usage" : "transaction";
}

/** One of those who share a dialog: an INVITE session or a subscription. */
export interface DialogUsage {
  /** The usage ends without a word to the peer, who has ended it or knows nothing of it. */
  onUsageEnded(statusCode: number): void;
}

/** The usages of a dialog: the dialog lives as long as one of them (RFC 5057 §3). */
export class DialogUsages {
  readonly #dialog: Dialog;
  readonly #usages = new Set<DialogUsage>();

  constructor(dialog: Dialog) {
    this.#dialog = dialog;
  }

  get size(): number {
    return this.#usages.size;
  }

  has(usage: DialogUsage): boolean {
    return this.#usages.has(usage);
  }

  /** A usage begins: the INVITE or the subscription was accepted. */
  add(usage: DialogUsage): void {
    this.#usages.add(usage);
  }

  /** A usage ends in good order: BYE, or the last NOTIFY. With the last one the dialog ends. RFC 5057 §4.1, §4.2 */
  end(usage: DialogUsage): void {
    if (this.#usages.delete(usage) && this.#usages.size === 0) this.#dialog.terminate();
  }

  /**
   * A request of a usage failed: ends what that response ends, tells each usage that ends, and gives the scope. Whoever sent
   * a request that fails for the transaction alone decides about itself.
   */
  fail(usage: DialogUsage, statusCode: number): FailureScope {
    const scope = failureScope(statusCode);
    const ended = scope === "dialog" ? [...this.#usages] : scope === "usage" && this.has(usage) ? [usage] : [];
    for (const each of ended) this.#usages.delete(each);
    if (scope === "dialog" || (scope === "usage" && this.#usages.size === 0)) this.#dialog.terminate();
    for (const each of ended) each.onUsageEnded(statusCode);
    return scope;
  }
}
