import assert from "node:assert/strict";
import type { SessionCommit, SessionSnapshot, SessionStore } from "@siplet/framework/spi";

/** Something that every session store does. */
export interface SessionStoreCase {
  readonly title: string;
  /** Rejects when the store does otherwise. The store is fresh, and keeps what it is given. */
  readonly check: (store: SessionStore) => Promise<void>;
}

const snapshotOf = (value: string): SessionSnapshot => ({
  format: 1,
  applicationName: "app",
  data: { value, octets: new Uint8Array([0, 255]), nested: [null, true, 1.5, { text: "ü" }] },
});

function commitOf(id: string, changes: Partial<SessionCommit> = {}): SessionCommit {
  const lookups = [{ kind: "dialog", value: `${id}\nlocal\nremote` } as const];
  const times = { dueTime: undefined, expirationTime: undefined };
  return { id, epoch: 1, version: 0, lookups, ...times, snapshot: () => snapshotOf(id), ...changes };
}

/** What a `SessionStore` must do, whichever it is. */
export const sessionStoreCases: readonly SessionStoreCase[] = [
  {
    title: "keeps what is committed, values of every kind",
    check: async (store) => {
      assert.equal(await store.get("a"), undefined);
      assert.deepEqual(await store.commit([commitOf("a")]), [{ kind: "committed", version: 1 }]);
      const stored = await store.get("a");
      assert.deepEqual([stored?.id, stored?.epoch, stored?.version, stored?.owner], ["a", 1, 1, undefined]);
      assert.deepEqual(stored?.snapshot, snapshotOf("a"));
    },
  },
  {
    title: "takes the snapshot as it is when the commit begins",
    check: async (store) => {
      let value = "before";
      const committed = store.commit([commitOf("a", { snapshot: () => snapshotOf(value) })]);
      value = "behind";
      await committed;
      assert.deepEqual((await store.get("a"))?.snapshot, snapshotOf("before"));
    },
  },
  {
    title: "commits several sessions in one go, with a result for each in their order",
    check: async (store) => {
      await store.commit([commitOf("b")]);
      await store.takeOver("b", 1, "other");
      const results = await store.commit([commitOf("a"), commitOf("b", { version: 1 }), commitOf("c")]);
      assert.deepEqual(results, [
        { kind: "committed", version: 1 },
        { kind: "stale", epoch: 2 },
        { kind: "committed", version: 1 },
      ]);
    },
  },
  {
    title: "finds a session by the names of its last commit alone",
    check: async (store) => {
      await store.commit([commitOf("a")]);
      assert.deepEqual(await store.find({ kind: "dialog", value: "a\nlocal\nremote" }), ["a"]);
      await store.commit([commitOf("a", { version: 1, lookups: [{ kind: "key", value: "room" }] })]);
      assert.deepEqual(await store.find({ kind: "dialog", value: "a\nlocal\nremote" }), []);
      assert.deepEqual(await store.find({ kind: "key", value: "room" }), ["a"]);
      assert.deepEqual(await store.find({ kind: "index", value: "room" }), []);
    },
  },
  {
    title: "finds any number of sessions by an index key",
    check: async (store) => {
      const lookups = [{ kind: "index", value: "all" } as const];
      await store.commit([commitOf("a", { lookups }), commitOf("b", { lookups })]);
      assert.deepEqual([...(await store.find({ kind: "index", value: "all" }))].toSorted(), ["a", "b"]);
    },
  },
  {
    title: "lets one of two engines take a session over, and nobody commit for the one before",
    check: async (store) => {
      await store.commit([commitOf("a")]);
      const take = async (owner: string) => store.takeOver("a", 1, owner);
      const taken = (await Promise.all([take("engine-2"), take("engine-3")])).filter((each) => each !== undefined);
      assert.equal(taken.length, 1);
      assert.deepEqual([taken[0]?.epoch, taken[0]?.snapshot], [2, snapshotOf("a")]);
      const late = { version: 1, snapshot: () => snapshotOf("late") };
      assert.deepEqual(await store.commit([commitOf("a", late)]), [{ kind: "stale", epoch: 2 }]);
      assert.deepEqual((await store.get("a"))?.snapshot, snapshotOf("a"));
      const [result] = await store.commit([commitOf("a", { ...late, epoch: 2 })]);
      assert.equal(result?.kind, "committed");
      assert.equal(await store.takeOver("nobody", 1, "engine-2"), undefined);
    },
  },
  {
    title: "gives up and deletes a session for its owner alone",
    check: async (store) => {
      await store.commit([commitOf("a")]);
      await store.takeOver("a", 1, "engine-2");
      assert.deepEqual([await store.release("a", 1), await store.delete("a", 1)], [false, false]);
      assert.equal((await store.get("a"))?.owner, "engine-2");
      assert.equal(await store.release("a", 2), true);
      assert.equal((await store.get("a"))?.owner, undefined);
      assert.equal(await store.delete("a", 2), true);
      assert.equal(await store.get("a"), undefined);
      assert.deepEqual(await store.find({ kind: "dialog", value: "a\nlocal\nremote" }), []);
    },
  },
  {
    title: "tells what is due, the most overdue first, and no more than asked",
    check: async (store) => {
      const due = { a: 30, b: 10, c: 20, d: undefined };
      await store.commit(Object.entries(due).map(([id, dueTime]) => commitOf(id, { dueTime })));
      assert.deepEqual(await store.due(25, 10), ["b", "c"]);
      assert.deepEqual(await store.due(100, 2), ["b", "c"]);
      await store.commit([commitOf("b", { version: 1, dueTime: undefined })]);
      assert.deepEqual(await store.due(25, 10), ["c"]);
    },
  },
];
