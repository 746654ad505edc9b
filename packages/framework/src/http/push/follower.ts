import type { PushMessage } from "../../api/push-service.js";

/** A page that follows topics, by whatever protocol. */
export interface Follower {
  send(message: PushMessage): void;
  /** Something small from time to time, so that nobody in between takes the silence for the end. */
  keepAlive(): void;
  close(): void;
}

/** Octets that may wait for a page that does not read; then it has to come back. */
export const patience = 1_000_000;
