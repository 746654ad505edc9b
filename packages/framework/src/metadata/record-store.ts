import "reflect-metadata";

/** Names one kind of record and remembers its type. Strings, so that two copies of the package see the same records. */
export interface RecordKey<T> {
  readonly name: `siplet:${string}`;
  /** Never present: carries the type only. */
  readonly type?: T;
}

/** Writes a record on a class. */
export function writeRecord<T>(target: object, key: RecordKey<T>, record: T): void {
  Reflect.defineMetadata(key.name, record, target);
}

/** The record of this very class, not of one it extends. */
export function readRecord<T>(target: object, key: RecordKey<T>): T | undefined {
  return Reflect.getOwnMetadata(key.name, target) as T | undefined;
}

/** The records along the chain of `extends`, the base class first. */
export function readInheritedRecords<T>(target: object, key: RecordKey<T>): readonly T[] {
  const records: T[] = [];
  for (
    let current: object | null = target;
    current !== null;
    current = Object.getPrototypeOf(current) as object | null
  ) {
    const record = readRecord(current, key);
    if (record !== undefined) records.unshift(record);
  }
  return records;
}
