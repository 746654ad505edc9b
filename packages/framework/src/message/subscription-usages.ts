import { createsDialog, hasOptionTag, type SipMessage } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** One subscription that lives in a dialog (RFC 5057, RFC 6665). */
export interface SubscriptionUsage {
  /** The Event value that names it. */
  readonly event: string;
  /** Whether we notify; else we subscribed. */
  readonly isNotifier: boolean;
}

/** The subscriptions of one dialog: it ends with the last of them and its INVITE (JSR 289 §6.2.1). */
export class SubscriptionUsages {
  readonly #usages = new Map<string, SubscriptionUsage>();

  get size(): number {
    return this.#usages.size;
  }

  get all(): readonly SubscriptionUsage[] {
    return [...this.#usages.values()];
  }

  /** A SUBSCRIBE or REFER was accepted. */
  begin(request: SipMessage, isNotifier: boolean): void {
    const event = eventOf(request);
    if (!this.#usages.has(keyOf(event))) this.#usages.set(keyOf(event), { event, isNotifier });
  }

  /** One that was written down. */
  restore(usage: SubscriptionUsage): void {
    this.#usages.set(keyOf(usage.event), usage);
  }

  /** The subscription that an Event value names is over; each REFER of a dialog is the same one. */
  end(event: string): void {
    this.#usages.delete(keyOf(event));
  }

  clear(): void {
    this.#usages.clear();
  }
}

/** What an accepted request does to the subscriptions of its dialog. */
export function startsSubscription(request: SipMessage): boolean {
  if (request.method === "REFER") {
    return (
      request.field("refer-sub")?.text.trim().toLowerCase() !== "false" && !hasOptionTag(request, "Require", "nosub")
    );
  }
  return request.method === "SUBSCRIBE" && request.field("expires")?.text.trim() !== "0";
}

/** Whether a NOTIFY says that its subscription is over (RFC 6665 §4.1.3). */
export function endsSubscription(notify: SipMessage): boolean {
  const text = notify.field("subscription-state")?.text ?? "";
  return (text.split(";")[0] ?? "").trim().toLowerCase() === "terminated";
}

/** The Event of a message; a REFER makes a subscription to `refer`. */
export function eventOf(message: SipMessage): string {
  return message.method === "REFER" ? "refer" : (message.field("event")?.text.trim() ?? "");
}

/** Whether the dialog of a session still serves something. */
export function hasUsage(session: ContainerSipSession, subscriptions: SubscriptionUsages | undefined): boolean {
  return session.hasInviteUsage || (subscriptions?.size ?? 0) > 0;
}

/** Whether a method belongs to a subscription rather than to the INVITE of a dialog. */
export function isSubscriptionMethod(method: string): boolean {
  return method !== "INVITE" && createsDialog(method);
}

function keyOf(event: string): string {
  const [name = "", ...parameters] = event.split(";").map((each) => each.trim());
  if (name.toLowerCase() === "refer") return "refer";
  return [name, ...parameters.filter((each) => each.startsWith("id="))].join(";");
}
