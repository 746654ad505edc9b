import { describe, expect, it } from "vitest";
import { SessionQueue, type QueuedWait } from "./session-queue.js";
import { isAwait } from "./task-promise.js";
import { findWaitCycle } from "./wait-cycle.js";

const wait = (queue: SessionQueue, waitText: string, isDone = false): QueuedWait => ({ queue, waitText, isDone });

describe("JSR 359 waits among queues", () => {
  it("close a circle when the target runs in one's own queue", () => {
    const own = new SessionQueue();
    expect(findWaitCycle(wait(own, "self"), own)).toEqual([]);
  });

  it("close a circle over any number of queues, and tell the way", () => {
    const queues = Array.from({ length: 4 }, () => new SessionQueue());
    const [own, ...others] = queues as [SessionQueue, ...SessionQueue[]];
    for (const [index, queue] of others.entries()) queue.addWait(wait(others[index + 1] ?? own, `step ${index}`));
    expect(findWaitCycle(wait(others[0] ?? own, "start"), own)).toEqual(["step 0", "step 1", "step 2"]);
  });

  it("close none over what is done, over queues that are not serial, or in a circle of others", () => {
    const own = new SessionQueue();
    const other = new SessionQueue();
    const third = new SessionQueue();
    other.addWait(wait(own, "done", true));
    expect(findWaitCycle(wait(other, "x"), own)).toBeUndefined();
    other.addWait(wait(third, "a"));
    third.addWait(wait(other, "b"));
    expect(findWaitCycle(wait(other, "x"), own)).toBeUndefined();
    const free = new SessionQueue(false);
    free.addWait(wait(own, "c"));
    expect(findWaitCycle(wait(free, "x"), own)).toBeUndefined();
  });
});

describe("isAwait", () => {
  it("tells the functions of the language from those of an application", async () => {
    const seen: boolean[] = [];
    const thenable = (): PromiseLike<number> =>
      ({
        // A thenable by hand: only its caller is of interest.
        // oxlint-disable-next-line unicorn/no-thenable
        then: (onDone?: unknown) => {
          seen.push(isAwait(onDone));
          (onDone as (value: number) => void)(1);
        },
      }) as PromiseLike<number>;
    await thenable();
    await Promise.all([thenable(), thenable()]);
    expect(seen).toEqual([true, true, true]);
    const holder = {
      named(value: unknown): unknown {
        return this === holder ? value : undefined;
      },
    };
    const bound = holder.named.bind(holder);
    for (const callback of [(value: unknown) => value, bound, console.log, undefined, null, 5]) {
      expect(isAwait(callback)).toBe(false);
    }
  });
});
