import { bootstrap, exists, type ContainerApplication, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { CallControl } from "./call-control.js";
import { clickToDial } from "./click-to-dial.js";
import { House } from "./house.js";
import type { Settings } from "./settings.js";

/** Starts the container with everything in it. */
export function start(settings: Settings): Promise<SipContainer> {
  const { host, sipPort, httpPort } = settings;
  return bootstrap({
    applications: [application(settings)],
    listen: [`udp:${host}:${sipPort}`, `tcp:${host}:${sipPort}`],
    http: { listen: `${host}:${httpPort}` },
  });
}

function application(settings: Settings): ContainerApplication {
  return {
    ...clickToDial(settings, registrar()),
    // What the program starts itself is answered to the first one; what phones start goes to the house.
    servlets: [CallControl, House],
    servletMappings: [{ servletName: "house", pattern: exists("request.method") }],
  };
}
