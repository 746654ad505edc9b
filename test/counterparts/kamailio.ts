import { cpSync } from "node:fs";

import { CounterpartError } from "./counterpart-error.js";
import { freePort } from "./free-port.js";
import { type KamailioOptions, kamailioConfig, kamailioTlsConfig } from "./kamailio-config.js";
import { probeOptions } from "./probe-options.js";
import { type Program, startProgram } from "./program.js";
import { Scratch } from "./scratch.js";
import { waitUntil } from "./wait-until.js";

export type { KamailioOptions } from "./kamailio-config.js";

/** A contact in Kamailio's location table, with the names of `ul.dump`. */
export interface KamailioBinding {
  readonly Address: string;
  readonly Expires: number | string;
  readonly Path: string;
  readonly Received: string;
  readonly "User-Agent": string;
  readonly Instance: string;
  readonly [name: string]: unknown;
}

/** A Kamailio at work as registrar and proxy. */
export class Kamailio {
  readonly program: Program;
  readonly host: string;
  /** Port for UDP, TCP, WebSocket and remote procedure calls. */
  readonly port: number;
  /** Port for TLS and secure WebSocket; bound only with `tls`. */
  readonly tlsPort: number;
  readonly domain: string;

  constructor(program: Program, places: { host: string; port: number; tlsPort: number }, domain: string) {
    this.program = program;
    this.host = places.host;
    this.port = places.port;
    this.tlsPort = places.tlsPort;
    this.domain = domain;
  }

  /** `host:port` of UDP and TCP. */
  get address(): string {
    return `${this.#bracketedHost}:${this.port}`;
  }

  /** URI to send requests through: "sip:127.0.0.1:12345;transport=tcp". */
  proxyUri(transport: "udp" | "tcp" | "tls" = "udp"): string {
    const port = transport === "tls" ? this.tlsPort : this.port;
    return `sip:${this.#bracketedHost}:${port};transport=${transport}`;
  }

  get webSocketUrl(): string {
    return `ws://${this.address}`;
  }

  get secureWebSocketUrl(): string {
    return `wss://${this.#bracketedHost}:${this.tlsPort}`;
  }

  /** Calls a remote procedure ("ul.dump", "tm.stats", "core.tcp_info", "tls.reload", "ws.dump", …) over HTTP. */
  async rpc(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(`http://${this.address}/RPC`, {
      method: "POST",
      body,
      signal: AbortSignal.timeout(3000),
    });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error !== undefined) throw new CounterpartError(`Kamailio refused ${method}: ${answer.error.message}`);
    return answer.result;
  }

  /** Contacts registered for a user; none when the user is unknown. */
  async bindings(user: string): Promise<KamailioBinding[]> {
    try {
      const found = (await this.rpc("ul.lookup", ["location", user])) as { Contacts?: { Contact: KamailioBinding }[] };
      return (found.Contacts ?? []).map(({ Contact }) => Contact);
    } catch (error) {
      if (error instanceof CounterpartError) return [];
      throw error;
    }
  }

  /** Puts a contact into the location table, without a REGISTER. */
  async addBinding(user: string, contact: string, expires = 600): Promise<void> {
    await this.rpc("ul.add", ["location", user, contact, expires, 1, "", 0, 0, 0]);
  }

  /** Waits until a user has so many contacts. */
  waitForBindings(user: string, count = 1): Promise<KamailioBinding[]> {
    const check = async () => {
      const bindings = await this.bindings(user);
      return bindings.length === count ? bindings : undefined;
    };
    return waitUntil(check, { what: `${user} has ${count} contacts at Kamailio`, output: () => this.program.output });
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }

  get #bracketedHost(): string {
    return this.host.includes(":") ? `[${this.host}]` : this.host;
  }
}

/** Starts Kamailio and waits until it answers on every transport. */
export async function startKamailio(options: KamailioOptions = {}): Promise<Kamailio> {
  const { host = "127.0.0.1", domain = "localhost" } = options;
  const { port = await freePort({ address: host }) } = options;
  const tlsPort = await freePort({ address: host });
  const scratch = new Scratch("kamailio");
  const places = { host, port, tlsPort, run: scratch.path };
  const config = scratch.write("kamailio.cfg", kamailioConfig(options, places));
  if (options.tls !== undefined) scratch.write("tls.cfg", kamailioTlsConfig(options.tls));
  if (options.presence) cpSync("/usr/share/kamailio/dbtext/kamailio", scratch.file("db"), { recursive: true });
  const memory = ["-m", "64", "-M", "8"];
  const folders = ["-w", scratch.path, "-Y", scratch.path, "-P", scratch.file("pid")];
  const args = ["-DD", "-E", "-f", config, ...folders, ...memory];
  const onExit = () => scratch.remove();
  const program = await startProgram({ command: "kamailio", args, cwd: scratch.path, onExit });
  return ready(new Kamailio(program, places, domain));
}

/** UDP is answered by a worker; the remote procedure call shows that a TCP worker, and with it TLS, runs too. */
async function ready(kamailio: Kamailio): Promise<Kamailio> {
  const { program, host, port } = kamailio;
  const answersBoth = async () => {
    await probeOptions({ host, port, uri: `sip:${kamailio.address}` });
    return kamailio.rpc("core.version");
  };
  const settled = () => (program.isRunning ? answersBoth().catch(() => undefined) : "ended");
  try {
    const outcome = await waitUntil(settled, { what: "Kamailio answers over UDP and TCP" });
    if (outcome !== "ended") return kamailio;
    throw program.failure("ended at its start");
  } catch (cause) {
    await program.stop();
    throw new CounterpartError("Kamailio did not start", program.output, { cause });
  }
}
