import { readInheritedRecords, readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** The moments of an instance's life. JSR 250. */
export type LifecycleMoment = "postConstruct" | "preDestroy";

const moments: Readonly<Record<LifecycleMoment, RecordKey<readonly (string | symbol)[]>>> = {
  postConstruct: { name: "siplet:post-construct" },
  preDestroy: { name: "siplet:pre-destroy" },
};

/** Writes that a method is to be called at that moment. */
export function addLifecycleRecord(target: object, moment: LifecycleMoment, name: string | symbol): void {
  const holder = target.constructor as object;
  writeRecord(holder, moments[moment], [...(readRecord(holder, moments[moment]) ?? []), name]);
}

/** What was read before, by class: the records of a class are complete once it has instances. */
const known: Readonly<Record<LifecycleMoment, WeakMap<object, readonly (string | symbol)[]>>> = {
  postConstruct: new WeakMap(),
  preDestroy: new WeakMap(),
};

/** The methods of a class to call at that moment, those of base classes first; each once. */
export function readLifecycle(target: object, moment: LifecycleMoment): readonly (string | symbol)[] {
  let names = known[moment].get(target);
  if (names === undefined) {
    names = [...new Set(readInheritedRecords(target, moments[moment]).flat())];
    known[moment].set(target, names);
  }
  return names;
}
