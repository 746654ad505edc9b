import { addLifecycleRecord } from "../metadata/lifecycle-record.js";

/** Calls the method once the instance is made and everything is injected, before its first use. JSR 250. */
export function postConstruct(): <F extends () => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  return (target, name) => addLifecycleRecord(target, "postConstruct", name);
}
