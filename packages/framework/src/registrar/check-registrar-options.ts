import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { RegistrarOptions } from "./registrar-options.js";

/** @throws IllegalArgumentError `argument.invalid` naming the option and the mend */
export function checkRegistrarOptions(options: RegistrarOptions): void {
  const { minExpires = 60, maxExpires = 86_400, domains, aliases, maxBindings, flowTimer } = options;
  const { defaultExpires = Math.min(3600, maxExpires) } = options;
  requireCounts({ minExpires, maxExpires, defaultExpires, maxBindings, flowTimer });
  if (minExpires > maxExpires) refuse(`minExpires ${minExpires} is above maxExpires ${maxExpires}`);
  if (minExpires > 3600) {
    refuse(`minExpires ${minExpires}: an hour is the most that may be asked for (RFC 3261 §10.3 step 7)`);
  }
  if (domains?.length === 0) refuse("domains is empty; name one, or leave it out for the addresses of the container");
  for (const name of [...(domains ?? []), ...(aliases ?? [])]) requireHost(name);
}

function requireCounts(counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count === undefined || (Number.isInteger(count) && count > 0)) continue;
    refuse(`${name} ${count}: a whole number above 0 is needed`);
  }
}

function requireHost(name: unknown): void {
  if (typeof name === "string" && /^[^\s@<>;?:/]+$|^\[?[0-9a-f:.]+\]?$/i.test(name)) return;
  refuse(`"${String(name)}" is no host; write the name or address alone, such as "example.com"`);
}

function refuse(detail: string): never {
  throw new IllegalArgumentError("argument.invalid", { detail: `registrar({ … }): ${detail}` });
}
