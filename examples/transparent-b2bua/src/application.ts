import type { ContainerApplication } from "@siplet/framework";
import { Border } from "./border.js";

/** The border. */
export const application: ContainerApplication = { name: "border", servlets: [Border] };
