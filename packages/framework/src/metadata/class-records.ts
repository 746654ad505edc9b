import type { ApplicationSettings } from "../api/application-settings.js";
import { readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** What `@SipServlet` says. JSR 289 §18. */
export interface ServletRecord {
  /** The simple name of the class when absent. */
  readonly name?: string;
  readonly applicationName?: string;
  readonly description?: string;
  readonly loadOnStartup?: number;
}

/** An abstract class of `api` that names a kind of listener, such as `TimerListener`. */
export type ListenerType<T extends object = object> = abstract new () => T;

/** What `@SipListener` says. JSR 289 §18. */
export interface ListenerRecord {
  readonly applicationName?: string;
  readonly description?: string;
  /** Which listener interfaces the class implements; where its methods do not tell. */
  readonly listens?: readonly ListenerType[];
}

/** How long instances of a bean live. JSR 359. */
export type BeanScope = "applicationSession" | "invocation";

const applicationKey: RecordKey<ApplicationSettings> = { name: "siplet:application" };
const servletKey: RecordKey<ServletRecord> = { name: "siplet:servlet" };
const listenerKey: RecordKey<ListenerRecord> = { name: "siplet:listener" };
const scopeKey: RecordKey<BeanScope> = { name: "siplet:scope" };
const dialectKey: RecordKey<"standard"> = { name: "siplet:dialect" };

/** Writes what `@SipApplication` says. */
export function writeApplicationRecord(target: object, record: ApplicationSettings): void {
  writeRecord(target, applicationKey, record);
}

/** What `@SipApplication` on this class says. */
export function readApplicationRecord(target: object): ApplicationSettings | undefined {
  return readRecord(target, applicationKey);
}

/** Writes what `@SipServlet` says. */
export function writeServletRecord(target: object, record: ServletRecord): void {
  writeRecord(target, servletKey, record);
}

/** What `@SipServlet` on this class says; a base class does not count. */
export function readServletRecord(target: object): ServletRecord | undefined {
  return readRecord(target, servletKey);
}

/** Writes what `@SipListener` says. */
export function writeListenerRecord(target: object, record: ListenerRecord): void {
  writeRecord(target, listenerKey, record);
}

/** What `@SipListener` on this class says; a base class does not count. */
export function readListenerRecord(target: object): ListenerRecord | undefined {
  return readRecord(target, listenerKey);
}

/** Writes the scope of a bean. */
export function writeScope(target: object, scope: BeanScope): void {
  writeRecord(target, scopeKey, scope);
}

/** The scope of a bean; undefined when it has none of ours. */
export function readScope(target: object): BeanScope | undefined {
  return readRecord(target, scopeKey);
}

/**
 * Notes that a class decorator was called the way of the ECMAScript proposal, with a context: the method decorators of
 * that class could not write their records then.
 */
export function writeDialect(target: object, context: unknown): void {
  if (typeof context === "object" && context !== null) writeRecord(target, dialectKey, "standard");
}

/** Whether the class was compiled without `experimentalDecorators`. */
export function hasStandardDecorators(target: object): boolean {
  return readRecord(target, dialectKey) !== undefined;
}

/** Whether one of the class decorators that make up an application stands at this class. */
export function hasSipRecords(target: object): boolean {
  return [applicationKey, servletKey, listenerKey].some((key) => readRecord<unknown>(target, key) !== undefined);
}
