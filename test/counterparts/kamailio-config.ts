import { readFileSync } from "node:fs";

import { kamailioModulePath } from "./available.js";
import type { IssuedCertificate } from "./certificates.js";
import { CounterpartError } from "./counterpart-error.js";
import { fillIn } from "./sipp-scenario.js";

const template = new URL("./kamailio.cfg", import.meta.url);

export interface KamailioOptions {
  /** Domain it is responsible for, besides its own `host:port`, and realm of its challenges: "localhost" when left out. */
  readonly domain?: string;
  /** Whether REGISTER is challenged, and with which algorithm (one at a time in 5.6). */
  readonly auth?: "none" | "md5" | "sha256";
  /** Password of every user: "secret" when left out. */
  readonly password?: string;
  /** Whether requests of the domain's users outside a dialog are challenged too (407). Needs `auth`. */
  readonly challengeCalls?: boolean;
  /** Opens a TLS port, for SIPS and for secure WebSocket. */
  readonly tls?: {
    readonly certificate: IssuedCertificate;
    /** File with the authorities it trusts, as client and for clients. */
    readonly trust?: string;
    /** Whether clients must show a certificate. */
    readonly verifyClients?: boolean;
  };
  /** Takes WebSocket connections on its TCP (and TLS) port. Package kamailio-websocket-modules. */
  readonly websocket?: boolean;
  /** RFC 5626. Package kamailio-outbound-modules. */
  readonly outbound?: boolean;
  /** Presence agent for PUBLISH and SUBSCRIBE. Package kamailio-presence-modules. */
  readonly presence?: boolean;
  readonly host?: string;
  readonly port?: number;
  /** More modules, without `.so`. */
  readonly modules?: readonly string[];
  /** More lines such as `modparam("dialog", …)`. */
  readonly parameters?: readonly string[];
  /** Lines put at the start of the `request_route`. */
  readonly requestRoute?: string;
  /** More routes, at the end of the configuration. */
  readonly routes?: string;
}

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
