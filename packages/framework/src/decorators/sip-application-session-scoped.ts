import type { ServletClass } from "../api/servlet-class.js";
import { writeDialect, writeScope } from "../metadata/class-records.js";

/** One instance of the class for each application session, made at first use, its fields part of the session. JSR 359. */
export function SipApplicationSessionScoped(): (target: ServletClass) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeScope(target, "applicationSession");
  };
}
