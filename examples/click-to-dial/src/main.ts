import "reflect-metadata";
import type { SipContainer } from "@siplet/framework";
import { start } from "./program.js";
import { readSettings } from "./settings.js";

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const container = await start(settings);
  const stop = (): void => void container.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(describe(container, `${settings.host}:${settings.sipPort}`));
}

function describe(container: SipContainer, domain: string): string {
  return [
    "",
    `Open                ${container.httpUrl?.href ?? ""}`,
    `Register phones     user "alice", "bob" (any name, no password), registrar and domain ${domain}`,
    `REST API            ${container.httpUrl?.href ?? ""}api/openapi.json`,
    "",
    "ready: press Ctrl-C to end",
    "",
  ].join("\n");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
