import type { EventPackage } from "../../../headers/event-package.js";
import { createResponse } from "../../../message/create-response.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { ServerTransaction } from "../../../transaction/server-transaction.js";
import type { EventParts, SubscriptionOptions, SubscriptionSnapshot } from "./subscription-options.js";
import { Subscription, type SubscriptionStart, type SubscriptionUser } from "./subscription.js";

/** What a subscriber may be told besides its parts. */
export interface SubscriberOptions {
  /** Packages that are understood: a NOTIFY for another gets 489. Any when left out. */
  readonly packages?: readonly string[];
}

/** All subscriptions of a user agent: finds the one a NOTIFY belongs to, and answers for those there are not. RFC 6665 §4.1 */
export class Subscriber {
  readonly #parts: EventParts;
  readonly #options: SubscriberOptions;
  /** By Call-ID and our tag: the forks of one SUBSCRIBE. */
  readonly #subscriptions = new Map<string, Subscription[]>();

  constructor(parts: EventParts, options: SubscriberOptions = {}) {
    this.#parts = parts;
    this.#options = options;
  }

  /** How many subscriptions live. */
  get count(): number {
    let count = 0;
    for (const forks of this.#subscriptions.values()) count += forks.length;
    return count;
  }

  /** Subscribes: sends at once. @throws EngineError `header.malformed` for a bad event */
  subscribe(options: SubscriptionOptions, user: SubscriptionUser): Subscription {
    const subscription = this.#add(options, user, {});
    subscription.subscribe();
    return subscription;
  }

  /** Goes on with a subscription that was written down. */
  restore(snapshot: SubscriptionSnapshot, options: SubscriptionOptions, user: SubscriptionUser): Subscription {
    return this.#add(options, user, { snapshot });
  }

  /** Takes every NOTIFY and answers it (RFC 6665 §4.1.3). */
  receiveNotify(transaction: ServerTransaction): void {
    const notify = transaction.request;
    if (!isReadable(notify)) return this.#refuse(transaction, 400);
    const event = notify.get("Event");
    if (event === undefined || !this.#understands(event)) return this.#refuse(transaction, 489);
    const subscription = this.#find(notify, event) ?? this.#fork(notify, event);
    if (subscription === undefined) return this.#refuse(transaction, 481);
    if (!isUnderstood(notify, subscription)) return this.#refuse(transaction, 415, subscription);
    const refusal = subscription.admit(notify);
    if (refusal !== undefined) return this.#refuse(transaction, refusal);
    const response = createResponse(notify, 200).build();
    transaction.respond(response);
    subscription.deliver(notify, response);
  }

  /** Stops all timers; the notifiers hear nothing. */
  close(): void {
    for (const forks of this.#subscriptions.values()) for (const each of forks) each.close();
    this.#subscriptions.clear();
  }

  #understands({ eventType }: EventPackage): boolean {
    return this.#options.packages?.includes(eventType) ?? true;
  }

  #add(options: SubscriptionOptions, user: SubscriptionUser, start: Omit<SubscriptionStart, "onOver">): Subscription {
    const onOver = (over: Subscription): void => this.#remove(over);
    const subscription = new Subscription(this.#parts, options, user, { ...start, onOver });
    const key = keyOf(subscription.callId, subscription.localTag);
    this.#subscriptions.set(key, [...(this.#subscriptions.get(key) ?? []), subscription]);
    return subscription;
  }

  #remove(subscription: Subscription): void {
    const key = keyOf(subscription.callId, subscription.localTag);
    const left = (this.#subscriptions.get(key) ?? []).filter((each) => each !== subscription);
    if (left.length === 0) this.#subscriptions.delete(key);
    else this.#subscriptions.set(key, left);
  }

  #of(notify: SipRequest, event: EventPackage): readonly Subscription[] {
    const forks = this.#subscriptions.get(keyOf(notify.callId, notify.toTag ?? ""));
    return forks?.filter((each) => each.event.matches(event)) ?? [];
  }

  #find(notify: SipRequest, event: EventPackage): Subscription | undefined {
    const forks = this.#of(notify, event);
    return (
      forks.find((each) => each.remoteTag === notify.fromTag) ?? forks.find((each) => each.remoteTag === undefined)
    );
  }

  /** A NOTIFY of another notifier for the same SUBSCRIBE, while timer N runs (RFC 6665 §4.1.4). */
  #fork(notify: SipRequest, event: EventPackage): Subscription | undefined {
    const first = this.#of(notify, event).find((each) => each.awaitsForks && each.takesForks);
    if (first === undefined) return undefined;
    const chosen: { user?: SubscriptionUser | undefined } = {};
    const relay: SubscriptionUser = {
      onNotify: (request, state, fork) => chosen.user?.onNotify?.(request, state, fork),
      onEstablished: (fork) => chosen.user?.onEstablished?.(fork),
      onTerminated: (end, fork) => chosen.user?.onTerminated?.(end, fork),
    };
    const fork = this.#add(first.options, relay, { identity: first.identity });
    chosen.user = first.offerFork(fork);
    if (chosen.user !== undefined) return fork;
    this.#remove(fork);
    return undefined;
  }

  #refuse(transaction: ServerTransaction, statusCode: number, subscription?: Subscription): void {
    const response = createResponse(transaction.request, statusCode, { toTag: this.#parts.random.token(64) });
    const { packages } = this.#options;
    if (statusCode === 489 && packages !== undefined) response.addText("Allow-Events", packages.join(", "));
    if (statusCode === 415) response.addText("Accept", subscription?.options.accept?.join(", ") ?? "");
    transaction.respond(response.build());
  }
}

function keyOf(callId: string, localTag: string): string {
  return `${callId}\n${localTag}`;
}

function isReadable(notify: SipRequest): boolean {
  try {
    notify.get("Event");
    notify.get("Subscription-State");
    notify.get("Contact");
    notify.get("Content-Type");
    return true;
  } catch {
    return false;
  }
}

function isUnderstood(notify: SipRequest, { options: { accept } }: Subscription): boolean {
  if (notify.body.length === 0 || accept === undefined) return true;
  const type = notify.get("Content-Type")?.essence;
  return type === undefined || accept.some((each) => each.toLowerCase() === type || each === "*/*");
}
