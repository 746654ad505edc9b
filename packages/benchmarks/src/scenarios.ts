import type { ServerSpecification } from "./server-process.js";

/** One comparison: the same load for each server. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly servers: readonly ServerSpecification[];
  readonly transport: "u1" | "t1";
}

const floor: ServerSpecification = { name: "bare dgram (floor)", module: "floor-uas", isFloor: true };

/** All comparisons by name. */
export const scenarios: readonly Scenario[] = [
  {
    name: "uas",
    description: "INVITE with SDP, 100, 180, 200, ACK, BYE, 200 over UDP",
    servers: [
      floor,
      { name: "npm sip", module: "npm-sip-uas" },
      { name: "siplet engine", module: "engine-uas" },
      { name: "siplet container", module: "container-uas" },
    ],
    transport: "u1",
  },
];
