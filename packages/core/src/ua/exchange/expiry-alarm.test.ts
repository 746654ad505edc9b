import { ManualClock, createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ExpiryAlarm } from "./expiry-alarm.js";

function open() {
  const clock = new ManualClock();
  const rung: string[] = [];
  const start = clock.now();
  const alarm = new ExpiryAlarm(clock, (key) => rung.push(`${key}@${clock.now() - start}`));
  const set = (key: string, after: number | undefined) =>
    alarm.set(key, after === undefined ? undefined : start + after);
  return { clock, rung, alarm, set };
}

describe("ExpiryAlarm", () => {
  it("rings for each key at its time, in order, with one timer of the clock", () => {
    const { clock, rung, set, alarm } = open();
    set("c", 300);
    set("a", 100);
    set("b", 200);
    expect([alarm.size, clock.pendingCount]).toEqual([3, 1]);
    clock.advance(250);
    expect(rung).toEqual(["a@100", "b@200"]);
    clock.advance(1000);
    expect(rung).toEqual(["a@100", "b@200", "c@300"]);
    expect([alarm.size, clock.pendingCount]).toEqual([0, 0]);
  });

  it("follows a key that is set earlier, later, or not at all", () => {
    const { clock, rung, set } = open();
    set("a", 100);
    set("b", 200);
    set("a", 400);
    set("c", 300);
    set("c", undefined);
    set("b", 50);
    clock.advance(1000);
    expect(rung).toEqual(["b@50", "a@400"]);
  });

  it("keeps the order of thousands that are set, moved and taken away", () => {
    const { clock, rung, set } = open();
    const random = createSeededRandom(7);
    const times = new Map<string, number>();
    for (let round = 0; round < 5000; round++) {
      const key = `k${random.integer(1500)}`;
      const at = random.integer(4) === 0 ? undefined : 1 + random.integer(100_000);
      set(key, at);
      if (at === undefined) times.delete(key);
      else times.set(key, at);
    }
    clock.advance(200_000);
    const expected = [...times].map(([key, at]) => `${key}@${at}`);
    expect(rung.toSorted()).toEqual(expected.toSorted());
    const order = rung.map((each) => Number(each.split("@")[1]));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  it("waits longer than a timer of Node can", () => {
    const { clock, rung, set } = open();
    set("far", 3_000_000_000);
    clock.advance(2_999_999_999);
    expect(rung).toEqual([]);
    clock.advance(1);
    expect(rung).toEqual(["far@3000000000"]);
  });

  it("forgets everything when it is closed", () => {
    const { clock, rung, set, alarm } = open();
    set("a", 100);
    alarm.close();
    clock.advance(1000);
    expect([rung, alarm.size, clock.pendingCount]).toEqual([[], 0, 0]);
  });
});
