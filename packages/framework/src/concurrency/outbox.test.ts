import { describe, expect, it } from "vitest";
import { Outbox } from "./outbox.js";

function recorder() {
  const log: string[] = [];
  const message = (name: string) => ({
    transmit: () => void log.push(`sent ${name}`),
    discard: (reason: unknown) => void log.push(`dropped ${name}: ${String(reason)}`),
  });
  return { log, message };
}

describe("outbox of an application session", () => {
  describe("without a store", () => {
    it("sends at once", () => {
      const { log, message } = recorder();
      new Outbox().post(message("180"));
      expect(log).toEqual(["sent 180"]);
    });
  });

  describe("with a store", () => {
    it("sends all of a turn after one commit", async () => {
      const { log, message } = recorder();
      const outbox = new Outbox(async () => void log.push("committed"));
      outbox.post(message("180"));
      outbox.post(message("200"));
      expect(log).toEqual([]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual(["committed", "sent 180", "sent 200"]);
    });

    it("writes what changes without a message, once for a turn", async () => {
      const { log } = recorder();
      const outbox = new Outbox(
        async () => void log.push("committed"),
        () => void log.push("left"),
      );
      outbox.touch();
      outbox.touch();
      expect(log).toEqual([]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual(["committed"]);
      new Outbox().touch();
    });

    it("commits one after the other, what comes meanwhile together", async () => {
      const { log, message } = recorder();
      const written: (() => void)[] = [];
      const outbox = new Outbox(() => new Promise<void>((resolve) => written.push(resolve)));
      const settle = () => new Promise((resolve) => setImmediate(resolve));
      outbox.post(message("180"));
      await settle();
      outbox.post(message("183"));
      await settle();
      outbox.post(message("200"));
      outbox.touch();
      await settle();
      expect([written.length, outbox.length]).toEqual([1, 2]);
      written[0]?.();
      await settle();
      expect([log, written.length]).toEqual([["sent 180"], 2]);
      written[1]?.();
      await settle();
      expect([log, written.length]).toEqual([["sent 180", "sent 183", "sent 200"], 2]);
    });

    it("goes on after a commit that failed", async () => {
      const { log, message } = recorder();
      let count = 0;
      const outbox = new Outbox(() => {
        count += 1;
        if (count === 1) throw new RangeError("no store");
        return undefined;
      });
      outbox.post(message("180"));
      await new Promise((resolve) => setImmediate(resolve));
      outbox.post(message("200"));
      await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual(["dropped 180: RangeError: no store", "sent 200"]);
    });

    it("never sends what could not be committed", async () => {
      const { log, message } = recorder();
      const outbox = new Outbox(() => Promise.reject(new RangeError("another engine owns it")));
      outbox.post(message("200"));
      await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual(["dropped 200: RangeError: another engine owns it"]);
    });
  });
});
