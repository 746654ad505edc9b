import "reflect-metadata";
import { bootstrap } from "@siplet/framework";
import { application } from "./application.js";
import { Settings } from "./settings.js";

async function main(): Promise<void> {
  const { host, port, target } = new Settings();
  const container = await bootstrap({
    applications: [application],
    listen: [`udp:${host}:${port}`, `tcp:${host}:${port}`],
  });
  const end = (): void => void container.close();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  process.stdout.write(`ready: calls to ${host}:${port} go to ${target}; press Ctrl-C to end\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
