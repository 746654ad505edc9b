import type { Clock, TimerHandle } from "@siplet/core";
import { PushService, type PushSubscription } from "../../api/push-service.js";
import type { Follower } from "./follower.js";

/** Between two signs of life to a page, in milliseconds. */
const keepAliveInterval = 15_000;

/** Who follows what: the `PushService` of a container. */
export class TopicHub extends PushService {
  readonly #clock: Clock;
  readonly #topics = new Map<string, Set<Follower>>();
  readonly #followers = new Map<Follower, readonly string[]>();
  #timer: TimerHandle | undefined;
  #isClosed = false;

  static readonly #onTimer = (self: TopicHub): void => self.#keepAlive();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  publish(topic: string, data: unknown, event?: string): void {
    for (const follower of this.#topics.get(topic) ?? []) follower.send({ data, event });
  }

  followers(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }

  /** A page follows from now on; gives the function that ends it. */
  follow({ topics, initial = [] }: PushSubscription, follower: Follower): () => void {
    if (this.#isClosed) {
      follower.close();
      return () => undefined;
    }
    this.#followers.set(follower, topics);
    for (const topic of topics) {
      const others = this.#topics.get(topic);
      if (others === undefined) this.#topics.set(topic, new Set([follower]));
      else others.add(follower);
    }
    for (const message of initial) follower.send(message);
    this.#timer ??= this.#clock.setTimeout(TopicHub.#onTimer, keepAliveInterval, this);
    return () => this.#leave(follower);
  }

  /** Sends all pages away, and those that come back meanwhile. */
  close(): void {
    this.#isClosed = true;
    for (const follower of this.#followers.keys()) {
      this.#leave(follower);
      follower.close();
    }
  }

  #leave(follower: Follower): void {
    for (const topic of this.#followers.get(follower) ?? []) {
      const others = this.#topics.get(topic);
      others?.delete(follower);
      if (others?.size === 0) this.#topics.delete(topic);
    }
    this.#followers.delete(follower);
    if (this.#followers.size > 0 || this.#timer === undefined) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #keepAlive(): void {
    for (const follower of this.#followers.keys()) follower.keepAlive();
    this.#timer = this.#clock.setTimeout(TopicHub.#onTimer, keepAliveInterval, this);
  }
}
