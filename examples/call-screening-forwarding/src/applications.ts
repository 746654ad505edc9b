import type { ContainerApplication } from "@siplet/framework";
import { CallForwarding } from "./call-forwarding.js";
import { CallLog } from "./call-log.js";
import { CallScreening } from "./call-screening.js";

/** The applications, in any order: the router file says how a call goes through them. */
export const applications: readonly ContainerApplication[] = [
  { name: "call-forwarding", servlets: [CallForwarding] },
  { name: "call-log", servlets: [CallLog] },
  { name: "call-screening", servlets: [CallScreening] },
];

/** The configuration of the default application router. */
export const routerFile = new URL("../router.properties", import.meta.url);
