import "reflect-metadata";
import { bootstrap } from "@siplet/framework";
import { trunk } from "./program.js";
import { Settings } from "./settings.js";

const settings = new Settings();
const container = await bootstrap(trunk(settings));
console.log(
  [
    "",
    `The trunk listens on ${container.listenPoints.join(" and ")}`,
    "",
    `  Provider        ${settings.addressOfRecord} at ${settings.provider}`,
    `  Phones          user "alice", password "secret", proxy ${settings.host}:${settings.port}: their calls go to the provider`,
    `  From outside    networks ${settings.trusted.join(", ")}, who say the caller in P-Asserted-Identity: ${settings.desk} rings`,
    "",
    "ready: press Ctrl-C to end",
    "",
  ].join("\n"),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void container.close().then(() => process.exit(0)));
}
