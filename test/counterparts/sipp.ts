import { symlinkSync } from "node:fs";

import { isBound } from "./bound-port.js";
import { CounterpartError } from "./counterpart-error.js";
import { freePort } from "./free-port.js";
import { type Program, startProgram } from "./program.js";
import { Scratch } from "./scratch.js";
import { scenarioArguments } from "./sipp-scenario.js";
import { type SippResult, explainSipp, readSippResult } from "./sipp-result.js";
import { waitUntil } from "./wait-until.js";

/** `u1`, `t1`: one socket for all calls; `un`, `tn`: one per call. Debian's SIPp has neither TLS, SCTP nor WebSocket. */
export type SippTransport = "u1" | "un" | "t1" | "tn";

export interface SippOptions {
  /** File in `scenarios/` ("uac-call.xml"), absolute path, XML text, or a scenario built into SIPp ("uac", "uas"). */
  readonly scenario: string;
  /** What stands for `{{name}}` in the scenario; each file says which names it knows. */
  readonly values?: Readonly<Record<string, string>>;
  readonly transport?: SippTransport;
  /** Local address; loopback when left out. */
  readonly host?: string;
  /** Local port; a free one when left out. */
  readonly port?: number;
  /** Calls to make (or to serve) before SIPp ends. A client makes one when left out, a server serves until stopped. */
  readonly calls?: number;
  /** Lines of an injection file (`-inf`), the first one SEQUENTIAL, RANDOM or USER: `[field0]` … in the scenario. */
  readonly csv?: readonly string[];
  /** Whether all messages are kept for `result.messages`; only up to 200 calls when left out. */
  readonly traceMessages?: boolean;
  /** Milliseconds a `recv` waits before the call fails; a client waits 10 s, a server for ever when left out. */
  readonly receiveTimeoutMs?: number;
  /** More arguments for SIPp. */
  readonly extra?: readonly string[];
}

export interface SippClientOptions extends SippOptions {
  /** Where the requests go and what stands as `[remote_ip]:[remote_port]`: "127.0.0.1:5060", "[::1]:5060". */
  readonly target: string;
  /** `[service]`, the user part of the target. */
  readonly user?: string;
  /** Credentials of `[authentication]`: MD5 only. */
  readonly username?: string;
  readonly password?: string;
  /** Calls per second. */
  readonly rate?: number;
  /** Most calls at a time. */
  readonly limit?: number;
  /** Length of `<pause/>`, that is of a call. */
  readonly callMs?: number;
  /** Bound on the whole run in `runSipp`. */
  readonly timeoutMs?: number;
}

/** SIPp gave up: -1 or -2 (bad arguments, port taken, connection refused), or 1 before any call (a scenario it cannot read). */
function couldNotWork({ exitCode, calls }: SippResult): boolean {
  return exitCode === 255 || exitCode === 254 || (exitCode === 1 && calls === 0);
}

/** A SIPp at work. */
export class SippRun {
  readonly host: string;
  readonly port: number;
  readonly program: Program;
  readonly #scratch: Scratch;
  #result: SippResult | undefined;

  constructor(program: Program, scratch: Scratch, host: string, port: number) {
    this.program = program;
    this.#scratch = scratch;
    this.host = host;
    this.port = port;
    void program.exited.then(() => this.#finish());
  }

  /** Address as it stands in a URI: `127.0.0.1:12345`. */
  get address(): string {
    return this.host.includes(":") ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }

  /** Waits until all calls are made (or served) and reads the statistics. */
  async finished(timeoutMs = 30_000): Promise<SippResult> {
    const ended = await this.program.waitForExit(timeoutMs).catch(() => undefined);
    const result = ended === undefined ? await this.stop() : this.#finish();
    if (ended !== undefined && !couldNotWork(result)) return result;
    const what = ended === undefined ? `did not finish in ${timeoutMs / 1000} s` : "could not do its work";
    throw new CounterpartError(`${this.program.name} ${what}\n${explainSipp(result)}`);
  }

  /** Ends SIPp: it begins no more calls, gets `graceMs` to finish the running ones, and then is terminated. */
  async stop(graceMs = 2000): Promise<SippResult> {
    this.program.signal("SIGUSR1");
    await this.program.waitForExit(graceMs).catch(() => this.program.stop());
    return this.#finish();
  }

  #finish(): SippResult {
    this.#result ??= this.#read();
    this.#scratch.remove();
    return this.#result;
  }

  #read(): SippResult {
    return readSippResult({
      exitCode: this.program.status?.code ?? null,
      statistics: this.#scratch.read("statistics.csv"),
      errors: this.#scratch.read("errors.log") || this.program.errors.replace(/^Resolving remote host.*\n?/m, ""),
      messages: this.#scratch.read("messages.log"),
    });
  }
}

/** Runs SIPp as a client to its end. A failed call is not an exception: judge by the result, explain with `explainSipp`. */
export async function runSipp(options: SippClientOptions): Promise<SippResult> {
  const run = await startSipp(options);
  return run.finished(options.timeoutMs);
}

/** Starts SIPp as a client and returns at once: for calls that go on while the test does something else. */
export function startSipp(options: SippClientOptions): Promise<SippRun> {
  const { user = "service", rate = 50, calls = 1, callMs = 0, receiveTimeoutMs = 10_000 } = options;
  const added = [options.target, "-s", user, "-r", String(rate), "-d", String(callMs)];
  if (options.limit !== undefined) added.push("-l", String(options.limit));
  if (options.username !== undefined) added.push("-au", options.username);
  if (options.password !== undefined) added.push("-ap", options.password);
  return launch({ ...options, calls, receiveTimeoutMs }, added);
}

/** Starts SIPp as a server and returns when its port is bound. */
export async function startSippServer(options: SippOptions): Promise<SippRun> {
  const run = await launch(options, []);
  const protocol = (options.transport ?? "u1").startsWith("t") ? "tcp" : "udp";
  const output = () => run.program.output;
  const what = `SIPp listens on ${protocol} ${run.address}`;
  await waitUntil(() => isBound(run.port, protocol) || !run.program.isRunning, { what, output });
  if (!run.program.isRunning) throw run.program.failure("ended before it listened");
  return run;
}

async function launch(options: SippOptions, added: readonly string[]): Promise<SippRun> {
  const scratch = new Scratch("sipp");
  symlinkSync("/usr/share/sip-tester", scratch.file("pcap"));
  const { host = "127.0.0.1", port = await freePort({ address: host }) } = options;
  const scenario = scenarioArguments(options.scenario, { ...defaultValues(options), ...options.values }, scratch);
  const local = [
    ...transportArguments(options.transport ?? "u1"),
    "-i",
    host,
    "-p",
    String(port),
    ...(await sidePorts(host)),
  ];
  const args = [
    ...scenario,
    ...local,
    ...loggingArguments(options, scratch),
    ...callArguments(options, scratch),
    ...added,
  ];
  const command = { command: "sipp", args: [...args, ...(options.extra ?? [])], cwd: scratch.path };
  const program = await startProgram({ ...command, name: `sipp ${scenario[1]?.split("/").at(-1)}` });
  return new SippRun(program, scratch, host, port);
}

/** A server lingers after a call to absorb retransmissions; over TCP there are none, and it would count the client's closing as failures. */
function defaultValues({ transport = "u1" }: SippOptions): Record<string, string> {
  return transport.startsWith("t") ? { linger: "" } : {};
}

/** With one socket per call SIPp refuses to start unless the limit of sockets is below that of open files. */
function transportArguments(transport: SippTransport): string[] {
  return transport.endsWith("n") ? ["-t", transport, "-max_socket", "5000"] : ["-t", transport];
}

/** Ports of SIPp that have nothing to do with SIP: media (it binds two, two apart) and remote control. */
async function sidePorts(host: string): Promise<string[]> {
  const media = await freePort({ address: host, count: 4 });
  const control = await freePort();
  return ["-mi", host, "-mp", String(media), "-ci", "127.0.0.1", "-cp", String(control)];
}

function loggingArguments(options: SippOptions, scratch: Scratch): string[] {
  const args = ["-nostdin", "-trace_stat", "-stf", scratch.file("statistics.csv"), "-fd", "1"];
  args.push("-trace_err", "-error_file", scratch.file("errors.log"));
  const few = options.calls === undefined || options.calls <= 200;
  if (options.traceMessages ?? few) args.push("-trace_msg", "-message_file", scratch.file("messages.log"));
  return args;
}

function callArguments(options: SippOptions, scratch: Scratch): string[] {
  const args: string[] = [];
  if (options.csv !== undefined) args.push("-inf", scratch.write("injection.csv", `${options.csv.join("\n")}\n`));
  if (options.calls !== undefined) args.push("-m", String(options.calls));
  if (options.receiveTimeoutMs !== undefined) args.push("-recv_timeout", String(options.receiveTimeoutMs));
  return args;
}
