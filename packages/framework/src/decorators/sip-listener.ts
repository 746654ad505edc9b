import type { ServletClass } from "../api/servlet-class.js";
import {
  writeDialect,
  writeListenerRecord,
  type ListenerRecord,
  type ListenerType,
} from "../metadata/class-records.js";

/** What a class must have to implement all of these listener interfaces. */
type ListenerOf<L extends readonly ListenerType[]> = L extends readonly [ListenerType<infer First>, ...infer Rest]
  ? First & (Rest extends readonly ListenerType[] ? ListenerOf<Rest> : unknown)
  : object;

/** As the record, with the listener types known one by one. */
interface ListenerOptions<L extends readonly ListenerType[]> extends ListenerRecord {
  readonly listens?: L;
}

/**
 * Makes a class a listener of its application. Its methods tell which interfaces it implements; `listens` tells where
 * they cannot, as `sessionCreated`, which two interfaces have. JSR 289 §18.
 *
 *     @SipListener({ listens: [SipSessionListener] })
 */
export function SipListener<const L extends readonly ListenerType[] = readonly []>(
  options: ListenerOptions<L> = {},
): (target: ServletClass<ListenerOf<L>>) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeListenerRecord(target, options);
  };
}
