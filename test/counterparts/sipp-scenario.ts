import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { CounterpartError } from "./counterpart-error.js";
import type { Scratch } from "./scratch.js";

const scenarioFolder = new URL("./scenarios/", import.meta.url);

/**
 * Turns a scenario into SIPp arguments. It may be the name of a file in `scenarios/` ("uac-call.xml"), an absolute path, XML
 * text, or the name of a scenario built into SIPp ("uac"). In the XML `{{name}}` and `{{name:default}}` stand for `values`.
 */
export function scenarioArguments(
  scenario: string,
  values: Readonly<Record<string, string>>,
  scratch: Scratch,
): string[] {
  if (isText(scenario)) return ["-sf", scratch.write("scenario.xml", fillIn(scenario, values))];
  if (!scenario.endsWith(".xml")) return ["-sn", scenario];
  const path = scenario.startsWith("/") ? scenario : fileURLToPath(new URL(scenario, scenarioFolder));
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ["-sf", scratch.write(name, fillIn(readFileSync(path, "utf8"), values))];
}

/** Replaces `{{name}}` and `{{name:default}}`; a name with neither value nor default is a mistake of the test. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([a-zA-Z]+)(?::([^}]*))?\}\}/g, (_, name: string, fallback: string | undefined) => {
    const value = values[name] ?? fallback;
    if (value === undefined) throw new CounterpartError(`The scenario needs a value for {{${name}}}`);
    return value;
  });
}

function isText(scenario: string): boolean {
  return /^\s*</.test(scenario);
}
