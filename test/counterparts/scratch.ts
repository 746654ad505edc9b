import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own for one program: configuration, logs, sockets. Removed by `remove()`, at the latest when the process ends. */
export class Scratch {
  readonly path: string;
  readonly #removeAtExit = () => this.remove();

  constructor(name: string) {
    this.path = mkdtempSync(join(tmpdir(), `siplet-${name}-`));
    process.once("exit", this.#removeAtExit);
  }

  /** Absolute path of a file in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, making its folder when needed, and returns its absolute path. */
  write(name: string, text: string | Uint8Array): string {
    const path = this.file(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Text of a file, or the empty string when the program never wrote it. */
  read(name: string): string {
    try {
      return readFileSync(this.file(name), "utf8");
    } catch {
      return "";
    }
  }

  remove(): void {
    process.removeListener("exit", this.#removeAtExit);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
