import { beforeEach, describe, expect, it } from "vitest";
import type { SessionCommit } from "../spi/session-store.js";
import { MemorySessionStore } from "./memory-session-store.js";

const snapshot = { format: 1, applicationName: "app", data: { x: 1 } };

function commitOf(overrides: Partial<SessionCommit> = {}): SessionCommit {
  const lookups = [{ kind: "dialog", value: "d1" } as const];
  return {
    id: "s1",
    epoch: 1,
    version: 0,
    lookups,
    dueTime: undefined,
    expirationTime: undefined,
    snapshot: () => snapshot,
    ...overrides,
  };
}

let store: MemorySessionStore;

beforeEach(() => {
  store = new MemorySessionStore({ isVolatile: false });
});

describe("MemorySessionStore", () => {
  it("is volatile unless told otherwise", () => {
    expect([new MemorySessionStore().isVolatile, store.isVolatile]).toEqual([true, false]);
  });

  it("keeps what was committed last, found by its names of now", () => {
    expect(store.commit([commitOf()])).toEqual([{ kind: "committed", version: 1 }]);
    expect(store.find({ kind: "dialog", value: "d1" })).toEqual(["s1"]);
    store.commit([commitOf({ version: 1, lookups: [{ kind: "key", value: "k" }] })]);
    expect(store.find({ kind: "dialog", value: "d1" })).toEqual([]);
    expect(store.find({ kind: "key", value: "k" })).toEqual(["s1"]);
    expect(store.get("s1")).toMatchObject({ epoch: 1, version: 2, snapshot });
  });

  it("gives a session to one of two engines, and refuses commits of the engine before", () => {
    store.commit([commitOf()]);
    expect(store.takeOver("s1", 1, "engine-2")).toMatchObject({ epoch: 2, owner: "engine-2" });
    expect(store.takeOver("s1", 1, "engine-3")).toBeUndefined();
    expect(store.commit([commitOf({ version: 1 })])).toEqual([{ kind: "stale", epoch: 2 }]);
    expect([store.delete("s1", 1), store.release("s1", 1)]).toEqual([false, false]);
    expect([store.release("s1", 2), store.get("s1")?.owner]).toEqual([true, undefined]);
    expect([store.delete("s1", 2), store.get("s1")]).toEqual([true, undefined]);
    expect(store.find({ kind: "dialog", value: "d1" })).toEqual([]);
  });

  it("tells what is due, the most overdue first", () => {
    store.commit([
      commitOf({ id: "a", dueTime: 30 }),
      commitOf({ id: "b", dueTime: 10 }),
      commitOf({ id: "c", dueTime: 20 }),
      commitOf({ id: "d" }),
    ]);
    expect(store.due(25, 10)).toEqual(["b", "c"]);
    expect(store.due(100, 2)).toEqual(["b", "c"]);
  });
});
