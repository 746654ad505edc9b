import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

import { CounterpartError } from "./counterpart-error.js";
import { track } from "./lifetimes.js";
import { defaultTimeoutMs } from "./wait-until.js";

export interface ProgramOptions {
  readonly command: string;
  readonly args?: readonly string[];
  /** Name in failure texts and in the leak check; the command when left out. */
  readonly name?: string;
  readonly cwd?: string;
  /** Added to a minimal environment: programs do not see the user's HOME nor settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the output as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** Runs once the program has ended, however it ended: removal of its scratch folder. */
  readonly onExit?: () => void;
}

/** How a program ended: `code` unless a signal ended it. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface OutputWait {
  readonly timeoutMs?: number;
  /** Position in `output` from which to look: `output.length` taken before an action looks only at what follows. */
  readonly from?: number;
}

export interface StopOptions {
  /** First signal to send. */
  readonly signal?: NodeJS.Signals;
  /** How long the program may take before it is killed. */
  readonly graceMs?: number;
}

/** What is kept of a program's output; a chatty one loses its oldest lines. */
const keptCharacters = 8_000_000;

/** A running program whose output is kept. Started by `startProgram`. */
export class Program {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<ExitStatus>;
  #output = "";
  #errors = "";
  #status: ExitStatus | undefined;
  readonly #child: ChildProcess;
  readonly #onOutput: ProgramOptions["onOutput"];
  readonly #watchers = new Set<() => void>();

  constructor(child: ChildProcess, name: string, options: ProgramOptions) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.#onOutput = options.onOutput;
    this.name = name;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#append(text, "stdout"));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#append(text, "stderr"));
    const untrack = track(this);
    child.once("exit", () => this.#killGroup());
    this.exited = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.#status = { code, signal };
        untrack();
        resolve(this.#status);
        this.#notify();
        options.onExit?.();
      });
    });
  }

  /** All the program printed, both streams in order of arrival. */
  get output(): string {
    return this.#output;
  }

  /** What the program printed to its error stream alone. */
  get errors(): string {
    return this.#errors;
  }

  /** How the program ended, or `undefined` while it runs. */
  get status(): ExitStatus | undefined {
    return this.#status;
  }

  get isRunning(): boolean {
    return this.#status === undefined;
  }

  /** Waits until the output matches; fails in time, or as soon as the program ends without having printed it. */
  waitForOutput(pattern: RegExp, options: OutputWait = {}): Promise<RegExpExecArray> {
    const { from = 0, timeoutMs = defaultTimeoutMs } = options;
    const find = () => pattern.exec(this.#output.slice(from)) ?? undefined;
    return this.#waitFor(find, `to print ${String(pattern)}`, timeoutMs);
  }

  /** Waits until the program ends by itself. */
  async waitForExit(timeoutMs: number = defaultTimeoutMs): Promise<ExitStatus> {
    return this.#status ?? this.#waitFor(() => this.#status, "to end", timeoutMs);
  }

  /** Writes to the program's standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Sends a signal to this program alone, by its pid. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal);
  }

  /** Ends the program: TERM, after the grace period KILL, and nothing of its process group stays. Safe to call twice. */
  async stop(options: StopOptions = {}): Promise<ExitStatus> {
    this.signal(options.signal ?? "SIGTERM");
    const killer = setTimeout(() => this.#killGroup(), options.graceMs ?? 3000);
    const status = await this.exited;
    clearTimeout(killer);
    return status;
  }

  /** A failure that shows what the program printed last. */
  failure(what: string): CounterpartError {
    return new CounterpartError(`${this.name} (pid ${this.pid}) ${what}`, this.#output);
  }

  #append(text: string, stream: "stdout" | "stderr"): void {
    this.#output = (this.#output + text).slice(-keptCharacters);
    if (stream === "stderr") this.#errors = (this.#errors + text).slice(-keptCharacters);
    this.#onOutput?.(text, stream);
    this.#notify();
  }

  #notify(): void {
    for (const look of this.#watchers) look();
  }

  #waitFor<T>(find: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = () => {
        const found = find();
        if (found === undefined && this.#status === undefined) return;
        finish();
        if (found !== undefined) resolve(found);
        else reject(this.failure(`was expected ${what} but ended with ${describeExit(this.#status)}`));
      };
      const timer = setTimeout(() => {
        finish();
        reject(this.failure(`was expected ${what} within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Nothing of the group is left: what we want.
    }
  }
}

function describeExit(status: ExitStatus | undefined): string {
  return status?.signal ? `signal ${status.signal}` : `exit code ${status?.code}`;
}

const deathSignalTool = "/usr/bin/setpriv";

/** What every program sees of the environment: where programs are and plain messages; no HOME, no personal settings. */
export function programEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/bin`, LC_ALL: "C.UTF-8", ...added };
}

/** Starts a program in a process group of its own, with captured output. It dies with this process, even if that is killed. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command, args = [], name = command } = options;
  const line = existsSync(deathSignalTool)
    ? [deathSignalTool, "--pdeathsig", "TERM", command, ...args]
    : [command, ...args];
  const [file = command, ...rest] = line;
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: programEnvironment(options.env),
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  await started(child, name);
  return new Program(child, name, options);
}

function started(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => reject(new CounterpartError(`${name} could not be started`, "", { cause })));
  });
}
