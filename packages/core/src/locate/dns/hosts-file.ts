import { readFile, stat } from "node:fs/promises";
import type { Clock } from "../../clock/clock.js";
import { readDomainName, readNumericAddress, type NumericAddress } from "./host-name.js";

/** Where a hosts file is and how often it is looked at. */
export interface HostsFileOptions {
  readonly clock: Clock;
  /** Default: where the operating system keeps it. */
  readonly path?: string;
  /** Milliseconds between two looks at whether the file has changed; default 5000. */
  readonly checkInterval?: number;
}

type Hosts = ReadonlyMap<string, readonly NumericAddress[]>;

const noHosts: Hosts = new Map();

/** The names that the machine itself knows (hosts(5)), read anew when the file changes. A missing file knows none. */
export class HostsFile {
  readonly #clock: Clock;
  readonly #path: string;
  readonly #checkInterval: number;
  #checkAt = -Infinity;
  #version: number | undefined;
  #hosts: Promise<Hosts> = Promise.resolve(noHosts);

  constructor({ clock, path = systemPath(), checkInterval = 5_000 }: HostsFileOptions) {
    this.#clock = clock;
    this.#path = path;
    this.#checkInterval = checkInterval;
  }

  /** The addresses of a name, in the order of the file; undefined when the file does not have the name. */
  async lookup(name: string): Promise<readonly NumericAddress[] | undefined> {
    const now = this.#clock.monotonic();
    if (now >= this.#checkAt) {
      this.#checkAt = now + this.#checkInterval;
      this.#hosts = this.#refresh(this.#hosts);
    }
    return (await this.#hosts).get(name);
  }

  async #refresh(before: Promise<Hosts>): Promise<Hosts> {
    try {
      const { mtimeMs } = await stat(this.#path);
      if (mtimeMs === this.#version) return await before;
      const text = await readFile(this.#path, "utf8");
      this.#version = mtimeMs;
      return parseHosts(text);
    } catch {
      this.#version = undefined;
      return noHosts;
    }
  }
}

function systemPath(): string {
  return process.platform === "win32" ? String.raw`C:\Windows\System32\drivers\etc\hosts` : "/etc/hosts";
}

/** Reads lines of an address and its names; what is no such line is passed over. */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, NumericAddress[]>();
  for (const line of text.split("\n")) {
    const [content = ""] = line.split("#", 1);
    const [first = "", ...names] = content.split(/\s+/).filter((word) => word !== "");
    const address = readNumericAddress(first);
    if (address) for (const name of names) addHost(hosts, name, address);
  }
  return hosts;
}

function addHost(hosts: Map<string, NumericAddress[]>, text: string, address: NumericAddress): void {
  const name = readDomainName(text);
  if (name === undefined) return;
  const known = hosts.get(name);
  if (known) known.push(address);
  else hosts.set(name, [address]);
}
