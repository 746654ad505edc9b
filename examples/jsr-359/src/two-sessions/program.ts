import type { Program } from "../program.js";
import { Transfers } from "./transfers.js";

/** Two application sessions that need each other, without deadlock. */
export const twoSessions: Program = {
  application: { name: "two-sessions", servlets: [Transfers], sessionTimeout: 0 },
};
