import { spawnSync } from "node:child_process";
import { cpus, release } from "node:os";

/** The machine and the programs, for whoever reads the figures later. */
export function machine(): string {
  const [cpu] = cpus();
  const versions = [`Node ${process.versions.node}`, version("sipp", ["-v"], /SIPp (v[\d.]+)/, "SIPp")];
  versions.push(version("kamailio", ["-v"], /version: kamailio ([\d.]+)/, "Kamailio"));
  return `${cpus().length} × ${cpu?.model.trim() ?? "unknown CPU"}, Linux ${release()}, ${versions.join(", ")}`;
}

function version(program: string, args: readonly string[], pattern: RegExp, name: string): string {
  const found = pattern.exec(spawnSync(program, args, { encoding: "utf8" }).stdout ?? "");
  return found === null ? `no ${name}` : `${name} ${found[1] ?? ""}`;
}
