import { rmSync } from "node:fs";

import { baresipConfig } from "./baresip-config.js";
import { BaresipControl, type BaresipEvent } from "./baresip-control.js";
import { isBound } from "./bound-port.js";
import { CounterpartError } from "./counterpart-error.js";
import { EventLog, type EventWait } from "./event-log.js";
import { freePort } from "./free-port.js";
import { type Program, startProgram } from "./program.js";
import { Scratch } from "./scratch.js";
import { waitUntil } from "./wait-until.js";

export interface BaresipOptions {
  readonly user: string;
  /** Host part of the address of record: registrar's domain or `host:port`; the phone's own address when left out. */
  readonly domain?: string;
  readonly displayName?: string;
  /** URI of the proxy all requests go to first, e.g. "sip:127.0.0.1:5060;transport=tcp". */
  readonly outboundProxy?: string;
  readonly password?: string;
  /** User name of the credentials; `user` when left out. */
  readonly authUser?: string;
  /** Seconds of a registration: the phone registers and is handed out once it is registered. Not at all when left out. */
  readonly register?: number;
  /** Transport of the address of record. */
  readonly transport?: "udp" | "tcp" | "tls";
  readonly answerMode?: "manual" | "auto" | "early";
  readonly host?: string;
  readonly sipPort?: number;
  /** More parameters of the account line, e.g. "mediaenc=srtp", "sipnat=outbound". */
  readonly accountParameters?: readonly string[];
  /** More modules, e.g. "srtp.so", "ice.so". */
  readonly modules?: readonly string[];
  /** More lines of the configuration, e.g. "sip_certificate /path/key-and-certificate.pem". It verifies no server, whatever its `sip_cafile`. */
  readonly config?: readonly string[];
}

/** A MESSAGE the phone showed its user. */
export interface BaresipMessage {
  /** URI of the sender. */
  readonly from: string;
  readonly text: string;
}

/** A baresip 1.0 at work: one account, driven over `ctrl_tcp`. Its SIP messages are in `program.output`. */
export class Baresip {
  readonly program: Program;
  readonly host: string;
  readonly sipPort: number;
  /** Address of record, as the account names it. */
  readonly addressOfRecord: string;
  readonly events: EventLog<BaresipEvent>;
  readonly messages: EventLog<BaresipMessage>;
  readonly #control: BaresipControl;
  readonly #scratch: Scratch;
  readonly #options: BaresipOptions;

  constructor(parts: BaresipParts, control: BaresipControl) {
    this.program = parts.program;
    this.host = parts.host;
    this.sipPort = parts.sipPort;
    this.addressOfRecord = addressOfRecord(parts.options, parts.host, parts.sipPort);
    this.events = parts.events;
    this.messages = parts.messages;
    this.#scratch = parts.scratch;
    this.#options = parts.options;
    this.#control = control;
  }

  /** URI under which the phone can be called without a registrar. */
  get contact(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return `sip:${this.#options.user}@${host}:${this.sipPort}`;
  }

  /** Runs any command of baresip's menu ("help" lists them) and returns its text. */
  command(command: string, params?: string): Promise<string> {
    return this.#control.command(command, params);
  }

  /** The next event of this type (or that matches) not yet waited for: past ones count, each once. */
  waitForEvent(which: string | ((event: BaresipEvent) => boolean), options: EventWait = {}): Promise<BaresipEvent> {
    const matches = typeof which === "string" ? (event: BaresipEvent) => event.type === which : which;
    return this.events.waitFor(matches, { what: `baresip ${this.#options.user}: ${String(which)}`, ...options });
  }

  /** The next MESSAGE not yet waited for, of any text or one that holds `text`. */
  waitForMessage(text = "", options: EventWait = {}): Promise<BaresipMessage> {
    const what = `baresip ${this.#options.user}: MESSAGE with "${text}"`;
    return this.messages.waitFor((message) => message.text.includes(text), { what, ...options });
  }

  async dial(target: string): Promise<void> {
    await this.command("dial", target);
  }

  async accept(): Promise<void> {
    await this.command("accept");
  }

  async hangup(): Promise<void> {
    await this.command("hangup");
  }

  /** Puts the call on hold by re-INVITE with `sendonly`, and waits until the other side has agreed. */
  hold(): Promise<void> {
    return this.#reinvite("hold");
  }

  resume(): Promise<void> {
    return this.#reinvite("resume");
  }

  /** Transfers the call blindly, by REFER. */
  async transfer(target: string): Promise<void> {
    await this.command("transfer", target);
  }

  /** Sends a digit as telephone-event. */
  async sendDigit(digit: string): Promise<void> {
    await this.command("sndcode", digit);
  }

  /**
   * Sends a MESSAGE. The command of version 1.0 knows no target but the "current contact" and contacts are read only when their
   * module starts, so the module starts again with the target as its only contact.
   */
  async message(target: string, text: string): Promise<void> {
    await this.command("rmmod", "contact.so");
    rmSync(this.#scratch.file("current_contact"), { force: true });
    this.#scratch.write("contacts", `<${target}>\n`);
    await this.command("insmod", "contact.so");
    await this.command("message", text);
  }

  /** Registers anew and waits until the registrar has agreed. Version 1.0 registers only accounts that are being made. */
  async register(seconds = 60): Promise<void> {
    await this.command("uadel", this.addressOfRecord);
    await this.openAccount(seconds);
  }

  /** Takes the registration back (REGISTER with Expires 0, whose answer is not awaited) and goes on unregistered. */
  async unregister(): Promise<void> {
    await this.command("uadel", this.addressOfRecord);
    await this.openAccount(0);
  }

  /** Makes the account; with `seconds` above 0 it registers, and the promise follows the outcome. */
  async openAccount(seconds: number): Promise<void> {
    await this.command("uanew", accountLine(this.#options, this.addressOfRecord, seconds));
    if (seconds === 0) return;
    const outcome = await this.waitForEvent(({ type }) => type === "REGISTER_OK" || type === "REGISTER_FAIL");
    if (outcome.type === "REGISTER_FAIL") throw this.program.failure(`could not register: ${outcome.param}`);
  }

  async #reinvite(command: string): Promise<void> {
    const before = new Set(this.events.all);
    await this.command(command);
    const isAnswer = (event: BaresipEvent) => event.type === "CALL_REMOTE_SDP" && event.param === "answer";
    await this.waitForEvent((event) => isAnswer(event) && !before.has(event));
  }

  /** Ends the phone: it hangs up and unregisters when the other side still answers, else it is killed. */
  async stop(): Promise<void> {
    this.program.signal("SIGTERM");
    await this.program.waitForExit(1500).catch(() => this.program.stop({ graceMs: 1000 }));
    this.#control.close();
  }
}

interface BaresipParts {
  readonly program: Program;
  readonly options: BaresipOptions;
  readonly host: string;
  readonly sipPort: number;
  readonly scratch: Scratch;
  readonly events: EventLog<BaresipEvent>;
  readonly messages: EventLog<BaresipMessage>;
}

/** Starts a phone and, with `register`, waits until it is registered. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const { host = "127.0.0.1", sipPort = await freePort({ address: host, count: 2 }) } = options;
  const controlPort = await freePort();
  const scratch = new Scratch(`baresip-${options.user}`);
  await writeFiles(scratch, options, { host, sipPort, controlPort });
  const messages = new EventLog<BaresipMessage>(() => program.output);
  const events = new EventLog<BaresipEvent>(() => program.output);
  const program = await startProgram({
    command: "baresip",
    args: ["-s", "-f", scratch.path],
    name: `baresip ${options.user}`,
    cwd: scratch.path,
    env: { HOME: scratch.path },
    onOutput: messageReader((message) => messages.push(message)),
    onExit: () => scratch.remove(),
  });
  const parts = { program, options, host, sipPort, scratch, events, messages };
  return ready(parts, controlPort);
}

async function ready(parts: BaresipParts, controlPort: number): Promise<Baresip> {
  try {
    await parts.program.waitForOutput(/baresip is ready/);
    await waitUntil(() => isBound(controlPort, "tcp"), { what: "baresip listens for commands" });
    const control = await BaresipControl.open(controlPort, (event) => parts.events.push(event));
    const phone = new Baresip(parts, control);
    await phone.openAccount(parts.options.register ?? 0);
    return phone;
  } catch (cause) {
    await parts.program.stop({ graceMs: 500 });
    throw new CounterpartError(`${parts.program.name} did not start`, parts.program.output, { cause });
  }
}

/** The account is made over `ctrl_tcp`, when events are already heard: a registration at the start would be over before. */
async function writeFiles(
  scratch: Scratch,
  options: BaresipOptions,
  ports: { host: string; sipPort: number; controlPort: number },
): Promise<void> {
  const mediaPort = await freePort({ address: ports.host, count: 20 });
  const { modules = [], config: lines = [] } = options;
  scratch.write("config", baresipConfig({ ...ports, mediaPort, modules, lines }));
  scratch.write("accounts", "");
  scratch.write("contacts", "<sip:nobody@127.0.0.1:9>\n");
}

function addressOfRecord(options: BaresipOptions, host: string, sipPort: number): string {
  const bracketed = host.includes(":") ? `[${host}]` : host;
  return `sip:${options.user}@${options.domain ?? `${bracketed}:${sipPort}`}`;
}

function accountLine(options: BaresipOptions, aor: string, seconds: number): string {
  const { displayName, transport, password, outboundProxy, answerMode = "manual" } = options;
  const uri = transport === undefined ? aor : `${aor};transport=${transport}`;
  const parameters = [`regint=${seconds}`, `answermode=${answerMode}`];
  if (password !== undefined) parameters.push(`auth_user=${options.authUser ?? options.user}`, `auth_pass=${password}`);
  if (outboundProxy !== undefined) parameters.push(`outbound="${outboundProxy}"`);
  const name = displayName === undefined ? "" : `"${displayName}" `;
  return `${name}<${uri}>;${[...parameters, ...(options.accountParameters ?? [])].join(";")}`;
}

/** Reads how baresip shows a MESSAGE on its error stream: carriage return, sender, text in quotes; before the next one, a bell. */
function messageReader(
  onMessage: (message: BaresipMessage) => void,
): (text: string, stream: "stdout" | "stderr") => void {
  let rest = "";
  return (text, stream) => {
    if (stream !== "stderr") return;
    rest += text;
    const shown = /\r([a-z]+:\S+): "([\s\S]*?)"\n(?=$|[\u001b\u0007\r])/g;
    for (let match = shown.exec(rest); match !== null; match = shown.exec(rest)) {
      onMessage({ from: match[1] ?? "", text: match[2] ?? "" });
      rest = rest.slice(shown.lastIndex);
      shown.lastIndex = 0;
    }
  };
}
