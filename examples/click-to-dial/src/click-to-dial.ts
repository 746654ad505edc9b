import { fileURLToPath } from "node:url";
import express from "express";
import type { ContainerApplication, InjectionSetup } from "@siplet/framework";
import { CallControl } from "./call-control.js";
import { CallsController } from "./calls-controller.js";
import { PhoneWatch } from "./house.js";
import { Place, type PlaceSettings } from "./place.js";

const pages = fileURLToPath(new URL("../public", import.meta.url));

/** The application without a house of its own: it calls the phones that the given registrar knows. */
export function clickToDial(settings: PlaceSettings, registrar: InjectionSetup): ContainerApplication {
  return {
    name: "click-to-dial",
    servlets: [CallControl],
    listeners: [PhoneWatch],
    controllers: [CallsController],
    routers: [express.static(pages)],
    sessionTimeout: 0,
    configure: [registrar, (bind) => void bind(Place).toConstantValue(new Place(settings))],
  };
}
