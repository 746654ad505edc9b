import type { Program } from "../program.js";
import { TimedProxy } from "./timed-proxy.js";

/** State of a call in a bean, in a proxy. */
export const timedProxy: Program = { application: { name: "timed-proxy", servlets: [TimedProxy] } };
