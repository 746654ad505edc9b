import { readFileSync } from "node:fs";

/** States of /proc/net: a UDP socket that is bound (07) and a TCP socket that listens (0A). */
const boundState = { udp: "07", tcp: "0A" } as const;

/**
 * Whether somebody has bound the port, read from the kernel's table: unlike a trial bind it cannot take the port away from
 * the program that is about to bind it.
 */
export function isBound(port: number, protocol: "udp" | "tcp"): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["", "6"].some((family) =>
    readTable(`${protocol}${family}`).some((line) => {
      const [, local = "", , state] = line.trim().split(/\s+/);
      return local.endsWith(suffix) && state === boundState[protocol];
    }),
  );
}

function readTable(name: string): string[] {
  try {
    return readFileSync(`/proc/net/${name}`, "utf8").split("\n").slice(1);
  } catch {
    return [];
  }
}
