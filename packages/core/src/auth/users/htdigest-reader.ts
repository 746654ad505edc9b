import { readFile, stat } from "node:fs/promises";

/** Where the text of an htdigest file comes from. */
export interface HtdigestReader {
  /** Changes when the text has changed: the time of the last change, or any other mark. */
  modifiedAt(): Promise<number>;
  read(): Promise<string>;
}

/** Reads an htdigest file of the machine. */
export function htdigestFile(path: string): HtdigestReader {
  return {
    modifiedAt: async () => (await stat(path)).mtimeMs,
    read: () => readFile(path, "utf8"),
  };
}
