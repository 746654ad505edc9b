import type { Program } from "../program.js";
import { MeteredAnswer } from "./metered-answer.js";

/** Work of a call behind its handler. */
export const executor: Program = { application: { name: "executor", servlets: [MeteredAnswer] } };
