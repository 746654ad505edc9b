import type { ServletClass } from "../api/servlet-class.js";
import { writeRunAs } from "../metadata/security-record.js";

/**
 * The role in which a servlet speaks to other applications of the container: they see it as principal of the requests it
 * sends. JSR 250, JSR 289 §17.
 */
export function RunAs(role: string): (target: ServletClass) => void {
  return (target) => writeRunAs(target, role);
}
