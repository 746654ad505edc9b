import type { AccessRequirements } from "../api/access-requirements.js";
import { readInheritedRecords, readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** What `@SipSecurity` says. JSR 289 §17. */
export interface SecurityRecord extends AccessRequirements {
  /** SIP methods; all if absent or empty. */
  readonly methods?: readonly string[];
}

const securityKey: RecordKey<readonly SecurityRecord[]> = { name: "siplet:security" };
const declaredRolesKey: RecordKey<readonly string[]> = { name: "siplet:declared-roles" };
const runAsKey: RecordKey<string> = { name: "siplet:run-as" };

/** Adds what one `@SipSecurity` says. */
export function addSecurityRecord(target: object, record: SecurityRecord): void {
  writeRecord(target, securityKey, [...(readRecord(target, securityKey) ?? []), record]);
}

/** What the class says of its callers, or else the class it extends. */
export function readSecurityRecords(target: object): readonly SecurityRecord[] {
  return readInheritedRecords(target, securityKey).at(-1) ?? [];
}

/** Adds the roles of `@DeclareRoles`. */
export function addDeclaredRoles(target: object, roles: readonly string[]): void {
  writeRecord(target, declaredRolesKey, [...(readRecord(target, declaredRolesKey) ?? []), ...roles]);
}

/** The roles that the class and those it extends declare. */
export function readDeclaredRoles(target: object): readonly string[] {
  return readInheritedRecords(target, declaredRolesKey).flat();
}

/** Writes the role of `@RunAs`. */
export function writeRunAs(target: object, role: string): void {
  writeRecord(target, runAsKey, role);
}

/** The role the class runs as, or else the class it extends. */
export function readRunAs(target: object): string | undefined {
  return readInheritedRecords(target, runAsKey).at(-1);
}
