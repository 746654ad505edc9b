import type { Program } from "../program.js";
import { Calls } from "./calls.js";

/** POJO with decorators of one's own. */
export const pojo: Program = { application: { name: "pojo", servlets: [Calls] } };
