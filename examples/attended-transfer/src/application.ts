import type { ContainerApplication } from "@siplet/framework";
import { Office } from "./office.js";

/** The office. */
export const application: ContainerApplication = { name: "office", servlets: [Office] };
