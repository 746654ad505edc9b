import { browserPhone } from "@siplet/example-browser-phone";
import { clickToDial } from "@siplet/example-click-to-dial";
import { equal, not, type ContainerApplication } from "@siplet/framework";
import { registrar, sharedRegistrar } from "@siplet/framework/registrar";
import { EchoPort } from "./echo-port.js";
import { Hello } from "./hello.js";
import type { Settings } from "./settings.js";
import { Switchboard } from "./switchboard.js";

const home = "home";
const isForHello = equal("request.uri.user", "hello");

/** The switchboard, which takes what phones send, and the two applications with pages, which share its registrar. */
export async function applications(
  { host, sipPort }: Settings,
  echo: EchoPort,
): Promise<readonly ContainerApplication[]> {
  const links = [
    { text: "Phone in the browser", href: "/phone/" },
    { text: "Console", href: "/console/" },
  ];
  const dial = { host, sipPort, ringTime: 45, patience: 8, services: ["hello"], links };
  const phone = { domain: host === "0.0.0.0" ? "127.0.0.1" : host, users: [], asksPassword: false };
  return [
    switchboard(echo),
    { ...(await browserPhone(phone, sharedRegistrar(home))), contextPath: "/phone" },
    clickToDial(dial, sharedRegistrar(home)),
  ];
}

function switchboard(echo: EchoPort): ContainerApplication {
  return {
    name: "quick-start",
    servlets: [Hello, Switchboard],
    servletMappings: [
      { servletName: "hello", pattern: isForHello },
      { servletName: "switchboard", pattern: not(isForHello) },
    ],
    // without domains the registrar serves the addresses that the container listens on
    configure: [registrar({ name: home }), (bind) => void bind(EchoPort).toConstantValue(echo)],
  };
}
