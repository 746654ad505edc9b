import { fileURLToPath } from "node:url";
import express from "express";
import { bootstrap, exists, type ContainerApplication, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { CallControl } from "./call-control.js";
import { CallsController } from "./calls-controller.js";
import { House, PhoneWatch } from "./house.js";
import { Place } from "./place.js";
import type { Settings } from "./settings.js";

const pages = fileURLToPath(new URL("../public", import.meta.url));

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
    name: "click-to-dial",
    // What the program starts itself is answered to the first one; what phones start goes to the house.
    servlets: [CallControl, House],
    servletMappings: [{ servletName: "house", pattern: exists("request.method") }],
    listeners: [PhoneWatch],
    controllers: [CallsController],
    routers: [express.static(pages)],
    sessionTimeout: 0,
    configure: [
      registrar(),
      (bind) => {
        bind(Place).toConstantValue(new Place(settings));
      },
    ],
  };
}
