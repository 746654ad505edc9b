import type { ServletClass } from "../api/servlet-class.js";
import { writeDialect, writeScope } from "../metadata/class-records.js";

/** One instance of the class for each call of a handler, listener or timer, made at first use. JSR 359. */
export function SipInvocationScoped(): (target: ServletClass) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeScope(target, "invocation");
  };
}
