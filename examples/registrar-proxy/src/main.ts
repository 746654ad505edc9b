import "reflect-metadata";
import { SystemDnsResolver } from "@siplet/core";
import { bootstrap } from "@siplet/framework";
import { edge, home, listenPoints } from "./programs.js";
import { Settings } from "./settings.js";

const programs = { home, edge } as const;

async function main(name = "home"): Promise<void> {
  if (name !== "home" && name !== "edge") throw new RangeError(`${name}? Choose home or edge`);
  const settings = new Settings();
  const container = await bootstrap({
    applications: [programs[name](settings)],
    listen: listenPoints(settings),
    resolver: new SystemDnsResolver({ servers: settings.dnsServers }),
  });
  const end = (): void => void container.close();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  process.stdout.write(`${describe(name, settings)}\nready: press Ctrl-C to end\n`);
}

function describe(name: "home" | "edge", settings: Settings): string {
  const { domain, host, port, webSocketPort, usersFile, home: proxy } = settings;
  const places = `${host}:${port} (UDP, TCP) and ws://${host}:${webSocketPort}`;
  if (name === "edge") return `Edge proxy on ${places}; the domain lives at ${proxy}`;
  const users = usersFile === undefined ? 'alice, bob and carol, password "secret"' : `those of ${usersFile}`;
  return `Registrar and proxy of ${domain} on ${places}\nUsers: ${users}`;
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
