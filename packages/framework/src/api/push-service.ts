/**
 * Pushes news to web pages that follow a topic, by server-sent events or WebSocket. Injectable wherever the container has
 * an HTTP side; pages follow by a route with `@Push`.
 */
export abstract class PushService {
  /** Tells everybody who follows the topic, in the order of the calls. What is told must be JSON. */
  abstract publish(topic: string, data: unknown, event?: string): void;
  /** How many follow the topic now. */
  abstract followers(topic: string): number;
}

/** What a page follows, as a method with `@Push` answers. */
export interface PushSubscription {
  readonly topics: readonly string[];
  /** Told first, to this page alone: the state that later news change. */
  readonly initial?: readonly PushMessage[];
}

/** One piece of news. */
export interface PushMessage {
  readonly data: unknown;
  /** `message` when left out, as browsers call it. */
  readonly event?: string;
}
