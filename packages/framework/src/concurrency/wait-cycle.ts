import type { QueuedWait, SessionQueue } from "./session-queue.js";

/**
 * Whether waiting for something would close a circle: it runs in a queue whose running work waits, perhaps by way of
 * others, for the queue of the one who wants to wait. Gives the waits of the circle as text; empty for a wait for one's
 * own queue.
 */
export function findWaitCycle(
  target: QueuedWait,
  waiter: SessionQueue,
  seen: ReadonlySet<SessionQueue> = new Set(),
): readonly string[] | undefined {
  const { queue } = target;
  if (!queue.isSerial || target.isDone) return undefined;
  if (queue === waiter) return [];
  if (seen.has(queue)) return undefined;
  for (const wait of queue.waits) {
    if (wait.isDone) continue;
    const rest = findWaitCycle(wait, waiter, new Set([...seen, queue]));
    if (rest !== undefined) return [wait.waitText, ...rest];
  }
  return undefined;
}
