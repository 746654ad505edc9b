import { describe, expect, it } from "vitest";
import { SessionQueue } from "./session-queue.js";

describe("JSR 359 concurrency mode APPLICATIONSESSION", () => {
  describe("an idle queue", () => {
    it("runs synchronous work before enqueue returns", () => {
      const queue = new SessionQueue();
      let ran = false;
      queue.enqueue({ run: () => void (ran = true) });
      expect(ran).toBe(true);
      expect(queue.isBusy).toBe(false);
    });
  });

  describe("work that awaits", () => {
    it("keeps later work out until it has settled", async () => {
      const queue = new SessionQueue();
      const order: string[] = [];
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => (release = resolve));
      queue.enqueue({ run: () => gate.then(() => void order.push("first")) });
      queue.enqueue({ run: () => void order.push("second") });
      expect(queue.length).toBe(1);
      release();
      await gate;
      await Promise.resolve();
      await Promise.resolve();
      expect(order).toEqual(["first", "second"]);
      expect(queue.isBusy).toBe(false);
    });

    it("goes on after a rejection", async () => {
      const queue = new SessionQueue();
      let ran = false;
      queue.enqueue({ run: () => Promise.reject(new RangeError("escaped")) });
      queue.enqueue({ run: () => void (ran = true) });
      await new Promise((resolve) => setImmediate(resolve));
      expect(ran).toBe(true);
    });
  });

  describe("work that enqueues work", () => {
    it("runs it afterwards, not inside", () => {
      const queue = new SessionQueue();
      const order: string[] = [];
      queue.enqueue({
        run: () => {
          queue.enqueue({ run: () => void order.push("inner") });
          order.push("outer");
        },
      });
      expect(order).toEqual(["outer", "inner"]);
    });
  });
});
