import { readFileSync } from "node:fs";

import { kamailioModulePath } from "./available.js";
import { CounterpartError } from "./counterpart-error.js";
import type { KamailioOptions } from "./kamailio.js";
import { fillIn } from "./sipp-scenario.js";

const template = new URL("./kamailio.cfg", import.meta.url);

export interface KamailioPlaces {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  /** Scratch folder. */
  readonly run: string;
}

/** Text of Kamailio's configuration for the options. */
export function kamailioConfig(options: KamailioOptions, places: KamailioPlaces): string {
  const modulePath = kamailioModulePath();
  if (modulePath === undefined) throw new CounterpartError("Kamailio's modules are not installed");
  const { modules = [], parameters = [], domain = "localhost", password = "secret" } = options;
  return fillIn(readFileSync(template, "utf8"), {
    defines: defines(options).join("\n"),
    listeners: listeners(options, places).join("\n"),
    modules: modules.map((name) => `loadmodule "${name}.so"`).join("\n"),
    parameters: parameters.join("\n"),
    algorithm: options.auth === "sha256" ? "SHA-256" : "MD5",
    requestRoute: options.requestRoute ?? "",
    routes: options.routes ?? "",
    run: places.run,
    modulePath: `${modulePath}/`,
    domain,
    password,
  });
}

/** Text of the `tls` module's configuration. */
export function kamailioTlsConfig(tls: NonNullable<KamailioOptions["tls"]>): string {
  const { certificate, trust, verifyClients = false } = tls;
  const authority = trust === undefined ? [] : [`ca_list = ${trust}`];
  const own = [`certificate = ${certificate.certificatePath}`, `private_key = ${certificate.keyPath}`];
  const server = [`verify_certificate = ${yes(verifyClients)}`, `require_certificate = ${yes(verifyClients)}`];
  const client = [`verify_certificate = ${yes(trust !== undefined)}`, "require_certificate = no"];
  const method = "method = TLSv1.2+";
  return [
    "[server:default]",
    method,
    ...server,
    ...own,
    ...authority,
    "[client:default]",
    method,
    ...client,
    ...own,
    ...authority,
    "",
  ].join("\n");
}

function yes(value: boolean): string {
  return value ? "yes" : "no";
}

function defines(options: KamailioOptions): string[] {
  const { auth = "none", tls, websocket, outbound, presence, challengeCalls } = options;
  const wanted: [string, boolean | undefined][] = [
    ["WITH_AUTH", auth !== "none"],
    ["WITH_AUTH_CALLS", challengeCalls],
    ["WITH_TLS", tls !== undefined],
    ["WITH_WEBSOCKET", websocket],
    ["WITH_OUTBOUND", outbound],
    ["WITH_PRESENCE", presence],
  ];
  return wanted.filter(([, on]) => on).map(([name]) => `#!define ${name}`);
}

function listeners(options: KamailioOptions, { host, port, tlsPort }: KamailioPlaces): string[] {
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const lines = [`listen=udp:${bracketed}:${port}`, `listen=tcp:${bracketed}:${port}`];
  return options.tls === undefined ? lines : [...lines, `listen=tls:${bracketed}:${tlsPort}`];
}
