import { spawnSync } from "node:child_process";
import { BenchError } from "../bench-error.js";
import type { Scenario } from "../scenario.js";

const packages = { sipp: "sip-tester", kamailio: "kamailio", openssl: "openssl" } as const;

type Program = keyof typeof packages;

/** The programs of others that a scenario works with. */
export function programsOf({ load, servers }: Scenario): Program[] {
  const programs = new Set<Program>();
  if (load.kind !== "stream") programs.add("sipp");
  else if (load.protocol === "tls") programs.add("openssl");
  if (servers.some(({ program }) => program.kind === "kamailio")) programs.add("kamailio");
  return [...programs];
}

/** @throws BenchError with the command that brings what is missing */
export function requirePrograms(scenarios: readonly Scenario[]): void {
  const needed = [...new Set(scenarios.flatMap(programsOf))];
  const missing = needed.filter((program) => spawnSync(program, ["-v"]).error !== undefined);
  if (missing.length === 0) return;
  const install = `apt-get install ${missing.map((program) => packages[program]).join(" ")}`;
  throw new BenchError(`Not installed: ${missing.join(", ")}. Run: ${install}`);
}
