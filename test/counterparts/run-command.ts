import { type ExecFileException, execFile } from "node:child_process";

import { CounterpartError } from "./counterpart-error.js";
import { programEnvironment } from "./program.js";
import { defaultTimeoutMs } from "./wait-until.js";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for the standard input. */
  readonly input?: string;
  /** Exit codes that are no failure; only 0 when left out. */
  readonly accept?: readonly number[];
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command to its end and returns what it printed. Fails on an exit code not in `accept`, and after `timeoutMs`. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { cwd, env, input = "", accept = [0], timeoutMs = defaultTimeoutMs } = options;
  const settings = {
    cwd,
    env: programEnvironment(env),
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 64 << 20,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      const code = exitCode(error);
      if (code !== undefined && accept.includes(code)) return resolve({ code, stdout, stderr });

      reject(
        new CounterpartError(failureText(command, args, error), stdout + stderr, {
          cause: error,
        }),
      );
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** The exit code, or `undefined` when the command was killed or never started. */
function exitCode(error: ExecFileException | null): number | undefined {
  if (error === null) return 0;
  return typeof error.code === "number" && !error.killed ? error.code : undefined;
}

function failureText(command: string, args: readonly string[], error: ExecFileException | null): string {
  const ending = error?.killed ? "took too long" : `ended with ${error?.code ?? error?.signal}`;
  return `${command} ${args.join(" ")} ${ending}`;
}
