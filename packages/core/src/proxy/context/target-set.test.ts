import { describe, expect, it } from "vitest";
import { TargetSet, type ForkMode } from "./target-set.js";

interface Target {
  readonly name: string;
  readonly q: number;
}

/** The names of those whose turn it is, in rounds: all of a round end before the next one begins. */
function rounds(mode: ForkMode, ...targets: readonly Target[]): string[] {
  const set = new TargetSet<Target>(mode);
  for (const target of targets) set.add(target);
  const told: string[] = [];
  for (let due = [...set.due()]; due.length > 0; due = [...set.due()]) {
    told.push(due.map(({ name }) => name).join("+"));
    for (const target of due) set.begin(target);
    for (const _target of due) set.end();
  }
  return told;
}

const [a, b, c] = [
  { name: "a", q: 0.5 },
  { name: "b", q: 1 },
  { name: "c", q: 0.5 },
];

describe("RFC 3261 §16.6 TargetSet", () => {
  it.each([
    ["parallel", ["a+b+c"]],
    ["sequential", ["a", "b", "c"]],
    ["groups", ["b", "a+c"]],
  ] as const)("tries in %s order %j", (mode, expected) => {
    expect(rounds(mode, a, b, c)).toEqual(expected);
  });

  it("lets a later target of the running group join, one of another wait", () => {
    const set = new TargetSet<Target>("groups");
    set.add(a);
    set.begin(a);
    set.add(c);
    expect(set.due()).toEqual([]); // no group has been chosen before this one began
    set.end();
    set.add(b);
    expect(set.due()).toEqual([b]);
  });

  it("goes on with the rest of a group that could not start as a whole", () => {
    const set = new TargetSet<Target>("groups");
    for (const target of [a, b, c]) set.add(target);
    set.begin(b);
    set.end();
    const [first] = set.due();
    if (first !== undefined) set.begin(first);
    expect(set.due()).toEqual([c]);
  });

  it("is drained when nobody waits and nobody runs", () => {
    const set = new TargetSet<Target>("parallel");
    expect(set.isDrained).toBe(true);
    set.add(a);
    set.add(b);
    expect([set.isDrained, set.waitingCount]).toEqual([false, 2]);
    set.begin(a);
    expect(set.clear()).toEqual([b]);
    expect(set.isDrained).toBe(false);
    set.end();
    expect(set.isDrained).toBe(true);
  });

  it("takes another order for those that still wait", () => {
    const set = new TargetSet<Target>("sequential");
    set.add(a);
    set.add(b);
    set.begin(a);
    set.setMode("parallel");
    expect(set.due()).toEqual([b]);
  });
});
