import { HtdigestUserStore, htdigestFile, MemoryUserStore, type UserStore } from "@siplet/core";
import { wsTransport } from "@siplet/core/transport/ws";
import type { ContainerApplication, ContainerOptions } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { CallerCheck } from "./caller-check.js";
import { DeviceLog } from "./device-log.js";
import { Edge } from "./edge.js";
import { Home } from "./home.js";
import { Settings } from "./settings.js";

/** The home domain: registrar and proxy. */
export function home(settings: Settings): ContainerApplication {
  const { domain, host, algorithms } = settings;
  const users = usersOf(settings);
  return {
    name: "home",
    servlets: [Home],
    listeners: [DeviceLog],
    configure: [
      registrar({
        domains: [domain],
        aliases: host === domain ? [] : [host],
        authentication: { users, algorithms },
        maxExpires: 3600,
        maxBindings: 10,
        flowTimer: 120,
      }),
      (bind) => {
        bind(Settings).toConstantValue(settings);
        bind(CallerCheck).toConstantValue(new CallerCheck({ users, realm: domain, algorithms }));
      },
    ],
  };
}

/** The edge proxy in front of a home domain. */
export function edge(settings: Settings): ContainerApplication {
  return {
    name: "edge",
    servlets: [Edge],
    configure: (bind) => void bind(Settings).toConstantValue(settings),
  };
}

/** Where phones and browsers come in. */
export function listenPoints({ host, port, webSocketPort }: Settings): ContainerOptions["listen"] {
  return [`udp:${host}:${port}`, `tcp:${host}:${port}`, wsTransport({ address: host, port: webSocketPort })];
}

function usersOf({ usersFile }: Settings): UserStore {
  if (usersFile !== undefined) return new HtdigestUserStore({ reader: htdigestFile(usersFile) });
  return new MemoryUserStore(["alice", "bob", "carol"].map((username) => ({ username, password: "secret" })));
}
