import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { respond } from "./respond.js";

const types = {
  "index.html": "text/html; charset=utf-8",
  "login.html": "text/html; charset=utf-8",
  "console.css": "text/css; charset=utf-8",
  "console.js": "text/javascript; charset=utf-8",
  "ladder.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

type PageName = keyof typeof types;

/** What may be read without login: the login page and what it looks like. */
const openPages: ReadonlySet<string> = new Set(["login.html", "console.css", "icon.svg"]);

/** The files of the console, read once. */
export class ConsolePages {
  readonly #files = new Map<string, Buffer>();

  static isOpen(name: string): boolean {
    return openPages.has(name);
  }

  /** Sends a file; false when there is none of that name. */
  send(name: string, response: ServerResponse): boolean {
    if (!isPage(name)) return false;
    const file = this.#files.get(name) ?? readFileSync(new URL(`../../ui/${name}`, import.meta.url));
    this.#files.set(name, file);
    respond(response, 200, types[name], file);
    return true;
  }
}

function isPage(name: string): name is PageName {
  return Object.hasOwn(types, name);
}
