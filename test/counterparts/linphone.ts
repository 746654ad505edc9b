import { CounterpartError } from "./counterpart-error.js";
import type { EventLog, EventWait } from "./event-log.js";
import { freePort } from "./free-port.js";
import { type LinphoneAnswer, type LinphoneEvent, LinphoneOutput, readField } from "./linphone-output.js";
import { type Program, startProgram } from "./program.js";
import { Scratch } from "./scratch.js";
import { defaultTimeoutMs, waitUntil } from "./wait-until.js";

export interface LinphoneAccount {
  /** Address of record: "sip:alice@localhost". */
  readonly identity: string;
  /** URI of registrar and outbound proxy: "sip:127.0.0.1:5060;transport=tcp". */
  readonly proxy: string;
  readonly password?: string;
  readonly expires?: number;
}

export interface LinphoneOptions {
  readonly user: string;
  /** Host part of its address without registration; its own address when left out. */
  readonly domain?: string;
  /** Registers, and sends all requests through the proxy. */
  readonly account?: LinphoneAccount;
  readonly autoAnswer?: boolean;
  readonly host?: string;
  readonly sipPort?: number;
  /** More settings, of the sections sip, rtp and sound: `{ sip: { use_info: "1" } }`. */
  readonly settings?: Settings;
}

/** A linphone (belle-sip) without sound card or screen: `linphone-daemon`, driven over its standard input. */
export class Linphone {
  readonly program: Program;
  readonly host: string;
  readonly sipPort: number;
  readonly user: string;
  readonly events: EventLog<LinphoneEvent>;
  readonly #output: LinphoneOutput;

  constructor(program: Program, output: LinphoneOutput, place: { host: string; sipPort: number; user: string }) {
    this.program = program;
    this.#output = output;
    this.events = output.events;
    this.host = place.host;
    this.sipPort = place.sipPort;
    this.user = place.user;
  }

  /** URI under which it can be called without a registrar. */
  get contact(): string {
    return `sip:${this.user}@${this.host}:${this.sipPort}`;
  }

  /** Runs a command of the daemon ("help" lists them) and returns what follows its status; one at a time. */
  async command(line: string): Promise<string> {
    const { ok, text } = await this.#ask(line);
    if (!ok) throw new CounterpartError(`linphone refused "${line}": ${text}`);
    return text;
  }

  /** The next event not yet waited for whose fields are those given, e.g. `{ Event: "LinphoneCallStreamsRunning" }`. */
  waitForEvent(fields: Readonly<Record<string, string>>, options: EventWait = {}): Promise<LinphoneEvent> {
    const wanted = Object.entries(fields);
    const matches = (event: LinphoneEvent) => wanted.every(([name, value]) => event[name] === value);
    return this.events.waitFor(matches, { what: `linphone ${this.user}: ${JSON.stringify(fields)}`, ...options });
  }

  /** Waits for a state of a call: "IncomingReceived", "OutgoingRinging", "StreamsRunning", "End", … */
  waitForCall(state: string, options: EventWait = {}): Promise<LinphoneEvent> {
    return this.waitForEvent({ Event: `LinphoneCall${state}` }, options);
  }

  /** The next MESSAGE not yet waited for that holds the text. */
  waitForMessage(text = "", options: EventWait = {}): Promise<LinphoneEvent> {
    const matches = (event: LinphoneEvent) =>
      event.type === "message-received" && (event["Content"] ?? "").includes(text);
    return this.events.waitFor(matches, { what: `linphone ${this.user}: MESSAGE with "${text}"`, ...options });
  }

  /** Calls, and returns the number linphone gives the call. */
  async call(target: string): Promise<string> {
    return readField(await this.command(`call ${target}`), "Id");
  }

  async answer(call: string): Promise<void> {
    await this.command(`answer ${call}`);
  }

  async terminate(call = ""): Promise<void> {
    await this.command(`terminate ${call}`.trimEnd());
  }

  /**
   * Sends a MESSAGE (one line of text). Linphone drops the port of the target, so this needs an account: the request then
   * goes to its proxy.
   */
  async message(target: string, text: string): Promise<void> {
    await this.command(`message ${target} ${text}`);
  }

  /** Waits until the account is registered. The daemon reports no event for it, so its status is asked for. */
  async waitForRegistration(): Promise<void> {
    const check = async () => (await this.command("register-status ALL")).includes("LinphoneRegistrationOk");
    await waitUntil(check, { what: `linphone ${this.user} is registered`, output: () => this.program.output });
  }

  async stop(): Promise<void> {
    this.program.write("quit\n");
    await this.program.waitForExit(2000).catch(() => this.program.stop({ graceMs: 500 }));
  }

  #ask(line: string): Promise<LinphoneAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.program.failure(`did not answer "${line}"`)), defaultTimeoutMs);
      void this.#output.nextAnswer().then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.program.write(`${line}\n`);
    });
  }
}

/** Starts linphone and waits until it takes commands and, with an account, is registered. Its SIP port serves UDP and TCP. */
export async function startLinphone(options: LinphoneOptions): Promise<Linphone> {
  const { user, host = "127.0.0.1" } = options;
  const { sipPort = await freePort({ address: host }) } = options;
  const scratch = new Scratch(`linphone-${user}`);
  scratch.write("rc", settingsText(await settings(options, host, sipPort)));
  for (const folder of ["home/.local/share/linphone", "run", "tmp"]) scratch.write(`${folder}/.keep`, "");
  const output = new LinphoneOutput(() => program.output);
  const program = await startProgram({
    command: "linphone-daemon",
    args: [
      "--config",
      scratch.file("rc"),
      "--log",
      scratch.file("log"),
      ...(options.autoAnswer ? ["--auto-answer"] : []),
    ],
    name: `linphone ${user}`,
    env: {
      HOME: scratch.file("home"),
      XDG_RUNTIME_DIR: scratch.file("run"),
      TMPDIR: scratch.file("tmp"),
      TERM: "dumb",
    },
    onOutput: (text, stream) => stream === "stdout" && output.read(text),
    onExit: () => scratch.remove(),
  });
  await program.waitForOutput(/daemon-linphone>/);
  const phone = new Linphone(program, output, { host, sipPort, user });
  await phone.command("ipv6 disable");
  if (options.account !== undefined) await phone.waitForRegistration();
  return phone;
}

/** Settings without which it opens no socket, or opens one on every address of the machine. */
async function settings(options: LinphoneOptions, host: string, sipPort: number): Promise<Settings> {
  const mediaPort = await freePort({ address: host, count: 4 });
  const port = String(sipPort);
  const own = options.domain ?? `${host}:${sipPort}`;
  const ports = { sip_port: port, sip_tcp_port: port, sip_tls_port: "0", bind_address: host };
  const rest = {
    default_proxy: options.account === undefined ? "-1" : "0",
    guess_hostname: "0",
    contact: `<sip:${options.user}@${own}>`,
  };
  return {
    sip: { ...ports, ...rest, ...options.settings?.["sip"] },
    rtp: { audio_rtp_port: String(mediaPort), video_rtp_port: String(mediaPort + 2), ...options.settings?.["rtp"] },
    sound: { playback_dev_id: "", ...options.settings?.["sound"] },
    ...accountSettings(options.account, options.user),
  };
}

function accountSettings(account: LinphoneAccount | undefined, user: string): Settings {
  if (account === undefined) return {};
  const { identity, proxy, password = "", expires = 3600 } = account;
  const registration = { reg_sendregister: "1", reg_expires: String(expires), publish: "0", dial_escape_plus: "0" };
  const domain = identity.slice(identity.indexOf("@") + 1);
  return {
    proxy_0: { reg_proxy: `<${proxy}>`, reg_route: `<${proxy};lr>`, reg_identity: identity, ...registration },
    auth_info_0: { username: user, passwd: password, realm: domain, domain },
  };
}

type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>;

function settingsText(sections: Settings): string {
  const lines = Object.entries(sections).flatMap(([section, values]) => [
    `[${section}]`,
    ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}
