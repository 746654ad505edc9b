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

    it("never sends what could not be committed", async () => {
      const { log, message } = recorder();
      const outbox = new Outbox(() => Promise.reject(new RangeError("another engine owns it")));
      outbox.post(message("200"));
      await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual(["dropped 200: RangeError: another engine owns it"]);
    });
  });
});
