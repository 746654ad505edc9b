import type { ServletClass } from "../api/servlet-class.js";
import { addDeclaredRoles } from "../metadata/security-record.js";

/** Declares roles of the application, as `<security-role>` does. JSR 250. */
export function DeclareRoles(...roles: readonly [string, ...string[]]): (target: ServletClass) => void {
  return (target) => addDeclaredRoles(target, roles);
}
