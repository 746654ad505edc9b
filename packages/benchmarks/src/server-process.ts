import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BenchError } from "./bench-error.js";
import { pinned } from "./pinning.js";

/** Which server runs, and how it is called in the table. */
export interface ServerSpecification {
  readonly name: string;
  /** Module in `servers/`, without ending. */
  readonly module: string;
  /** Whether ratios are taken to this one. */
  readonly isFloor?: boolean;
}

/** A server under load, on a core of its own where there are two. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(
    server: ServerSpecification,
    port: number,
    nodeOptions: readonly string[] = [],
  ): Promise<ServerProcess> {
    const module = fileURLToPath(new URL(`./servers/${server.module}.js`, import.meta.url));
    const [command, ...leading] = pinned(0, process.execPath);
    const child = spawn(command, [...leading, ...nodeOptions, module, String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await Promise.race([readyLine(child), failure(child, server.name)]);
    return new ServerProcess(child, port);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    await exited;
    clearTimeout(kill);
  }
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.includes("ready")) resolve();
    });
  });
}

async function failure(child: ChildProcess, name: string): Promise<never> {
  const [code] = (await once(child, "exit")) as [number | null];
  throw new BenchError(`The server "${name}" ended with code ${String(code)} before it was ready`);
}
