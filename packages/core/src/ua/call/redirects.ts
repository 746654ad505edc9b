import type { Contact } from "../../headers/contact.js";
import type { SipResponse } from "../../message/sip-response.js";
import { lenientRead } from "../lenient-read.js";

/**
 * Where a request goes when it is redirected: the contacts of each 3xx in the order of their q, none twice, none less secure
 * than the first target. RFC 3261 §8.1.3.4
 */
export class Redirects {
  readonly #tried: Set<string>;
  readonly #isSecure: boolean;
  readonly #waiting: string[] = [];
  #left: number;
  #target: string;

  constructor(target: string, most: number) {
    this.#target = target;
    this.#tried = new Set([target]);
    this.#isSecure = target.slice(0, 5).toLowerCase() === "sips:";
    this.#left = most;
  }

  /** Where the next attempt goes. */
  get target(): string {
    return this.#target;
  }

  /** Takes a failure: `true` when there is another place to try, also after the failure of one that was told before. */
  receive(response: SipResponse): boolean {
    const { statusCode } = response;
    if (statusCode >= 300 && statusCode < 400) this.#take(response);
    else if (statusCode >= 600) return false;
    const next = this.#left > 0 ? this.#waiting.shift() : undefined;
    if (next === undefined) return false;
    this.#left--;
    this.#target = next;
    return true;
  }

  #take(response: SipResponse): void {
    const contacts = (lenientRead(() => response.get("Contact")) ?? []).toSorted(
      (one, other) => weight(other) - weight(one),
    );
    for (const { uri } of contacts) {
      const target = uri?.kind === "sip" ? String(uri.toRequestUri()) : undefined;
      if (target === undefined || this.#tried.has(target)) continue;
      if (this.#isSecure && !target.toLowerCase().startsWith("sips:")) continue;
      this.#tried.add(target);
      this.#waiting.push(target);
    }
  }
}

function weight({ q }: Contact): number {
  return q ?? 1;
}
