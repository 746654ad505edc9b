import "reflect-metadata";
import { bootstrap, type ContainerApplication, type ContainerOptions, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { Groups } from "./groups.js";
import { Hunt } from "./hunt.js";
import { Journal } from "./journal.js";

/** Where the program listens and whom it calls. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly groups: Groups;
  readonly journal?: Journal;
  readonly log?: ContainerOptions["log"];
}

/** Starts the hunt proxy over UDP and TCP. */
export function start({ host, port, groups, journal = new Journal(), log }: Settings): Promise<SipContainer> {
  const application: ContainerApplication = {
    name: "hunt-proxy",
    servlets: [Hunt],
    configure: [
      registrar(),
      (bind) => void bind(Groups).toConstantValue(groups),
      (bind) => void bind(Journal).toConstantValue(journal),
    ],
  };
  const listen = [`udp:${host}:${port}`, `tcp:${host}:${port}`];
  return bootstrap({ applications: [application], listen, ...(log !== undefined && { log }) });
}
