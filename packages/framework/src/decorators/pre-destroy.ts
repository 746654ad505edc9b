import { addLifecycleRecord } from "../metadata/lifecycle-record.js";

/** Calls the method before the instance is dropped: the end of the application, the session or the invocation. JSR 250. */
export function preDestroy(): <F extends () => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  return (target, name) => addLifecycleRecord(target, "preDestroy", name);
}
