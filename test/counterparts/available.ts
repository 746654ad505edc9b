import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs the end-to-end tests know, with the Debian package that brings each. */
const packages = {
  sipp: "sip-tester",
  baresip: "baresip-core",
  kamailio: "kamailio",
  "linphone-daemon": "linphone-cli",
  sipsak: "sipsak",
  tshark: "tshark",
  chromium: "chromium",
  openssl: "openssl",
  "kamailio:tls": "kamailio-tls-modules",
  "kamailio:websocket": "kamailio-websocket-modules",
  "kamailio:outbound": "kamailio-outbound-modules",
  "kamailio:presence": "kamailio-presence-modules",
} as const;

/** A program, or a module of Kamailio written `kamailio:<module>`. */
export type ProgramName = keyof typeof packages;

/** What a test says when it is skipped: vitest's test context. */
export interface SkippableContext {
  skip(condition: boolean, note?: string): void;
}

/** Whether the program (or module) is installed on this machine. */
export function available(program: ProgramName): boolean {
  const [name, module] = program.split(":");
  return module === undefined ? findOnPath(program) !== undefined : name === "kamailio" && hasKamailioModule(module);
}

/** One sentence naming what is missing and how to install it, or `undefined` when all is there. */
export function missing(...programs: ProgramName[]): string | undefined {
  const absent = programs.filter((program) => !available(program));
  if (absent.length === 0) return undefined;
  const install = [...new Set(absent.map((program) => packages[program]))].join(" ");
  return `not installed: ${absent.join(", ")} (apt-get install --no-install-recommends ${install})`;
}

/**
 * Skips the running test, with the reason in the report, when a program is missing. With `SIPLET_REQUIRE_COUNTERPARTS=1` a
 * missing program fails the test instead: for machines that are meant to have them all.
 */
export function needs(context: SkippableContext, ...programs: ProgramName[]): void {
  const reason = missing(...programs);
  if (reason !== undefined && process.env["SIPLET_REQUIRE_COUNTERPARTS"] === "1") throw new Error(reason);
  context.skip(reason !== undefined, reason);
}

function findOnPath(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Folder of Kamailio's modules on this machine (Debian keeps it below the architecture's name), or `undefined`. */
export function kamailioModulePath(): string | undefined {
  const roots = [
    "/usr/lib/kamailio/modules",
    ...architectureFolders().map((name) => `/usr/lib/${name}/kamailio/modules`),
  ];
  return roots.find((root) => isExecutable(root));
}

function architectureFolders(): string[] {
  return readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
}

function hasKamailioModule(module: string): boolean {
  const root = kamailioModulePath();
  if (root === undefined) return false;
  return readdirSync(root).includes(`${module}.so`);
}
