import type { ServletClass } from "../api/servlet-class.js";
import { writeDialect, writeServletRecord, type ServletRecord } from "../metadata/class-records.js";

/** Makes a class a SIP servlet: any class with handler methods, or one that extends `SipServletBase`. JSR 289 §18. */
export function SipServlet(options: ServletRecord = {}): (target: ServletClass) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeServletRecord(target, options);
  };
}
