import type { ServletClass } from "../api/servlet-class.js";
import { addSecurityRecord, type SecurityRecord } from "../metadata/security-record.js";

/**
 * Says which callers may reach a servlet, for some methods or for all. May be given several times. The roles count as
 * declared. JSR 289 §17, JSR 359; the name is ours.
 *
 *     @SipSecurity({ methods: ["REGISTER"], roles: ["subscriber"] })
 */
export function SipSecurity(options: SecurityRecord): (target: ServletClass) => void {
  return (target) => addSecurityRecord(target, options);
}
