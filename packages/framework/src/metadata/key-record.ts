import { readInheritedRecords, readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** A method with `@SipApplicationKey`. JSR 289 §15. */
export interface KeyRecord {
  /** The class it was written in. */
  readonly declaringClass: object;
  readonly name: string | symbol;
  readonly isStatic: boolean;
  readonly applicationName?: string;
}

const keysKey: RecordKey<readonly KeyRecord[]> = { name: "siplet:application-keys" };

/** Writes a key method. */
export function addKeyRecord(target: object, name: string | symbol, applicationName?: string): void {
  const isStatic = typeof target === "function";
  const declaringClass = isStatic ? target : (target.constructor as object);
  const record: KeyRecord = { declaringClass, name, isStatic, applicationName };
  writeRecord(declaringClass, keysKey, [...(readRecord(declaringClass, keysKey) ?? []), record]);
}

/** The key methods of a class and of those it extends. */
export function readKeyRecords(target: object): readonly KeyRecord[] {
  return readInheritedRecords(target, keysKey).flat();
}
