import { createRequire } from "node:module";

/** A message as npm `sip` reads it. */
export interface NpmSipMessage {
  method: string;
  uri: string;
  readonly headers: {
    readonly to: { readonly params: Record<string, string> };
    contact?: unknown;
    via: unknown[];
    route?: unknown;
    "record-route"?: unknown[];
    [name: string]: unknown;
  };
}

/** The part of npm `sip` that is used here; the package brings no types. */
export interface NpmSip {
  start(options: object, onRequest: (request: NpmSipMessage) => void): void;
  makeResponse(request: NpmSipMessage, status: number, reason: string): NpmSipMessage;
  send(message: NpmSipMessage): void;
  parse(text: string): NpmSipMessage;
  parseUri(text: string): unknown;
  stringify(message: NpmSipMessage): string;
}

/** Its proxy. */
export interface NpmSipProxy {
  start(options: object, onRequest: (request: NpmSipMessage) => void): void;
  send(message: NpmSipMessage): void;
}

const require = createRequire(import.meta.url);

/** The package itself. */
export function loadNpmSip(): NpmSip {
  return require("sip") as NpmSip;
}

/** Its proxy. */
export function loadNpmSipProxy(): NpmSipProxy {
  return require("sip/proxy") as NpmSipProxy;
}
