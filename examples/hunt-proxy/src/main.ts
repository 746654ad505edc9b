import { Groups, type HuntGroup } from "./groups.js";
import { start } from "./program.js";

const { SIP_HOST: host = "127.0.0.1", SIP_PORT = "5060", RING_TIME = "15", DESK: desk = "desk" } = process.env;

/** `SALES=alice,bob`: who belongs to a group. */
function groupOf(name: string, isParallel: boolean): HuntGroup {
  const members = (process.env[name.toUpperCase()] ?? "alice,bob,carol").split(",").map((member) => member.trim());
  return { name, members, isParallel };
}

async function main(): Promise<void> {
  const groups = new Groups([groupOf("sales", true), groupOf("support", false)], Number(RING_TIME), desk);
  const container = await start({ host, port: Number(SIP_PORT), groups });
  const stop = (): void => void container.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(
    [
      "",
      `Register phones as alice, bob, carol and ${desk} at ${host}:${SIP_PORT} (no password)`,
      `  sip:sales@${host}:${SIP_PORT}     all of them ring at once`,
      `  sip:support@${host}:${SIP_PORT}   one after the other, ${RING_TIME} s each`,
      `  nobody answers: ${desk} is called`,
      "",
      "ready: press Ctrl-C to end",
      "",
    ].join("\n"),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
