import type { Principal } from "../api/sip-web-socket-context.js";

/** Who was authenticated, and what this one may do. JSR 289 §17. */
export interface Caller extends Principal {
  /** Roles of the application. */
  readonly roles: readonly string[];
}
