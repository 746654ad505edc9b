import "reflect-metadata";
import { bootstrap } from "@siplet/framework";
import { contextualProxy } from "./contextual-proxy/program.js";
import { executor } from "./executor/program.js";
import { pojo } from "./pojo/program.js";
import type { Program } from "./program.js";
import { Settings } from "./settings.js";
import { timedProxy } from "./timed-proxy/program.js";
import { twoSessions } from "./two-sessions/program.js";

const programs: ReadonlyMap<string, Program> = new Map([
  ["pojo", pojo],
  ["timed-proxy", timedProxy],
  ["executor", executor],
  ["contextual-proxy", contextualProxy],
  ["two-sessions", twoSessions],
]);

async function main(name = ""): Promise<void> {
  const program = programs.get(name);
  if (program === undefined) throw new RangeError(`Which program? ${[...programs.keys()].join(", ")}`);
  const { host, port } = new Settings();
  const container = await bootstrap({
    applications: [program.application],
    listen: [`udp:${host}:${port}`, `tcp:${host}:${port}`],
  });
  const stop = await program.start?.(container);
  const end = async (): Promise<void> => {
    await container.close();
    await stop?.();
  };
  process.once("SIGINT", () => void end());
  process.once("SIGTERM", () => void end());
  process.stdout.write("ready: press Ctrl-C to end\n");
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
