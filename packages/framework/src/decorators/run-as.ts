import type { ServletClass } from "../api/servlet-class.js";
import { writeRunAs } from "../metadata/security-record.js";

/**
 * The role in which a servlet speaks, checked at deployment and told by its model. Deviates: requests carry no proof of it;
 * who asserts an identity to peers puts it into P-Asserted-Identity. JSR 250, JSR 289 §17.
 */
export function RunAs(role: string): (target: ServletClass) => void {
  return (target) => writeRunAs(target, role);
}
