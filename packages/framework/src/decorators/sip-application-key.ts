import type { SipServletRequest } from "../api/object-model.js";
import { addKeyRecord } from "../metadata/key-record.js";

/** A method that computes the key of the application session an initial request belongs to. */
type KeyFunction = (request: SipServletRequest) => string | null | undefined;

/** What `@SipApplicationKey` can say. */
export interface SipApplicationKeyOptions {
  readonly applicationName?: string;
}

/**
 * Marks the static method that gives an initial request its application session: the same key, the same session; no
 * key, a new one. At most one in an application. It must not change the request. JSR 289 §15.
 */
export function SipApplicationKey(
  options: SipApplicationKeyOptions = {},
): <K extends KeyFunction>(
  target: abstract new (...args: never[]) => object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<K>,
) => void {
  return (target, name) => addKeyRecord(target, name, options.applicationName);
}
