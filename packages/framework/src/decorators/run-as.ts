import type { ServletClass } from "../api/servlet-class.js";
import { writeRunAs } from "../metadata/security-record.js";

/**
 * The role in which a servlet speaks: the requests it makes reach the next application of this container as if somebody of
 * that name and role had been authenticated. Deviates: peers outside are told nothing; put what they shall believe into
 * P-Asserted-Identity. JSR 250, JSR 289 §17.
 */
export function RunAs(role: string): (target: ServletClass) => void {
  return (target) => writeRunAs(target, role);
}
