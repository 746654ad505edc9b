import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { Predicate } from "../api/predicate.js";
import { readInheritedRecords, readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** What a handler method can take. */
export type HandlerMessage = SipServletRequest | SipServletResponse;

/** A predicate as it may be written: a function, or a class whose instances have `apply`. JSR 359. */
export type PredicateSource<M extends HandlerMessage = HandlerMessage> =
  | ((message: M) => boolean)
  | (new () => Predicate<M>);

/** One condition a decorator puts on a handler method. JSR 359, meta-annotations. */
export type Selector =
  | { readonly kind: "method"; readonly method: string }
  | { readonly kind: "anyMethod" }
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "range"; readonly begin: number; readonly end: number }
  | { readonly kind: "anyResponse" }
  | { readonly kind: "branchResponse" }
  // The message type is checked where the decorator is written; a record can only hold it untyped.
  | { readonly kind: "predicate"; readonly source: PredicateSource<never> };

/** A handler method as its decorators wrote it. */
export interface HandlerRecord {
  readonly name: string | symbol;
  readonly isStatic: boolean;
  /** In the order of the source. */
  readonly selectors: readonly Selector[];
}

const handlersKey: RecordKey<Map<string | symbol, HandlerRecord>> = { name: "siplet:handlers" };

/**
 * Adds a condition to a handler method.
 *
 * @param target what a method decorator gets: the prototype, or the class for a static method
 */
export function addSelector(target: object, name: string | symbol, selector: Selector): void {
  const isStatic = typeof target === "function";
  const holder = isStatic ? target : (target.constructor as object);
  const records = readRecord(holder, handlersKey) ?? new Map<string | symbol, HandlerRecord>();
  // Decorators run from the last to the first.
  const selectors = [selector, ...(records.get(name)?.selectors ?? [])];
  records.set(name, { name, isStatic, selectors });
  writeRecord(holder, handlersKey, records);
}

/**
 * The handler methods of a class: those of its base classes first, each in the order of the source. An override keeps
 * the decorators of what it overrides unless it has its own.
 */
export function readHandlers(target: object): readonly HandlerRecord[] {
  const merged = new Map<string | symbol, HandlerRecord>();
  for (const records of readInheritedRecords(target, handlersKey)) {
    for (const [name, record] of records) merged.set(name, record);
  }
  return [...merged.values()];
}
