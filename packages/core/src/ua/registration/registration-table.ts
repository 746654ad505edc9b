import type { TransitionTable } from "../../transaction/transition-table.js";

/** Where a registration stands. */
export type RegistrationState =
  | "idle"
  | "registering"
  | "registered"
  | "waiting"
  | "failed"
  | "withdrawing"
  | "removing"
  | "returning";

/** What can happen to it. */
export type RegistrationEvent =
  | "register"
  | "remove"
  | "due"
  | "granted"
  | "amended"
  | "failed"
  | "refused"
  | "removed"
  | "flowFailed";

/** What it does. */
export type RegistrationAction = "send" | "sendRemoval" | "record" | "backOff" | "giveUp" | "clear" | "rebuild";

/**
 * A registration that keeps itself alive — RFC 3261 §10.2, RFC 5626 §4.
 *   idle ─register→ registering ─2xx→ registered ─refresh due, flow failed→ registering
 *   registering ─423, 439→ registering;  ─408, 5xx→ waiting ─back-off over→ registering;  ─other→ failed
 *   registered, waiting, failed ─remove→ removing ─any answer→ idle
 *   registering ─remove→ withdrawing ─answer→ removing;  removing ─register→ returning ─answer→ registering
 */
export const registrationTable: TransitionTable<RegistrationState, RegistrationEvent, RegistrationAction> = {
  idle: { register: ["registering", "send"], remove: ["removing", "sendRemoval"] },
  registering: {
    granted: ["registered", "record"],
    amended: ["registering", "send"],
    failed: ["waiting", "backOff"],
    refused: ["failed", "giveUp"],
    remove: ["withdrawing"],
  },
  registered: {
    register: ["registering", "send"],
    due: ["registering", "send"],
    flowFailed: ["registering", "rebuild", "send"],
    remove: ["removing", "sendRemoval"],
  },
  waiting: {
    register: ["registering", "send"],
    due: ["registering", "send"],
    remove: ["removing", "sendRemoval"],
  },
  failed: { register: ["registering", "send"], remove: ["removing", "sendRemoval"] },
  withdrawing: {
    granted: ["removing", "sendRemoval"],
    amended: ["removing", "sendRemoval"],
    failed: ["removing", "sendRemoval"],
    refused: ["removing", "sendRemoval"],
    register: ["registering"],
  },
  removing: { removed: ["idle", "clear"], register: ["returning"] },
  returning: { removed: ["registering", "clear", "send"], remove: ["removing"] },
};
