import "reflect-metadata";
import { bootstrap } from "@siplet/framework";
import { applications, routerFile } from "./applications.js";
import { Settings } from "./settings.js";

async function main(): Promise<void> {
  const { host, port, phones } = new Settings();
  const container = await bootstrap({
    applications,
    router: { file: routerFile },
    listen: [`udp:${host}:${port}`, `tcp:${host}:${port}`],
  });
  const end = (): void => void container.close();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  process.stdout.write(
    `ready at ${host}:${port}: ${[...phones.keys()].join(", ") || "name telephones in PHONES"}; press Ctrl-C to end\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
