import {
  equal,
  htdigestFile,
  HtdigestUserStore,
  MemoryUserStore,
  not,
  type ContainerApplication,
  type ContainerOptions,
} from "@siplet/framework";
import { OutwardCall } from "./outward-call.js";
import { ProviderLogin } from "./provider-login.js";
import { ProviderRegistration } from "./provider-registration.js";
import { Settings } from "./settings.js";
import { Trunk } from "./trunk.js";

const realm = "phones";

/** The container of the trunk. */
export function trunk(settings: Settings): Pick<ContainerOptions, "applications" | "security" | "listen"> {
  const isRegister = equal("request.method", "REGISTER");
  const application: ContainerApplication = {
    name: "trunk",
    servlets: [Trunk, ProviderRegistration],
    servletMappings: [
      { servletName: "trunk", pattern: not(isRegister) },
      { servletName: "registration", pattern: isRegister },
    ],
    configure: (bind) => {
      bind(Settings).toConstantValue(settings);
      bind(ProviderLogin).toSelf().inSingletonScope();
      bind(OutwardCall).toSelf().inSingletonScope();
    },
    // whoever is asserted by the provider, or has a password
    securityRoles: ["phone"],
    securityConstraints: [
      { servlets: ["trunk"], roles: ["*"] },
      { servlets: ["registration"], roles: [] },
    ],
    loginConfig: {
      authMethod: "DIGEST",
      realmName: realm,
      identityAssertion: { scheme: "P-Asserted-Identity", support: "SUPPORTED" },
    },
  };
  return {
    applications: [application],
    listen: [`udp:${settings.host}:${settings.port}`, `tcp:${settings.host}:${settings.port}`],
    security: { users: usersOf(settings), algorithms: ["MD5"], trusted: { networks: settings.trusted } },
  };
}

/** Phones know MD5 better than SHA-256; name `SHA-256` first where yours know both. */
function usersOf({ users }: Settings): HtdigestUserStore | MemoryUserStore {
  if (users === undefined) return new MemoryUserStore([{ username: "alice", password: "secret", roles: ["phone"] }]);
  const roles = { phone: (process.env["PHONES"] ?? "alice").split(",") };
  return new HtdigestUserStore({ reader: htdigestFile(users), roles });
}
