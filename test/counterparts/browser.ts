import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { type Browser as Chromium, type BrowserContextOptions, type Page, chromium } from "playwright-core";

import type { MediaStatistics, PageEvent, PagePhoneOptions } from "./browser-page.js";
import { CounterpartError } from "./counterpart-error.js";
import { EventLog, type EventWait } from "./event-log.js";
import { track } from "./lifetimes.js";
import { Scratch } from "./scratch.js";
import { waitUntil } from "./wait-until.js";

export interface BrowserPhoneOptions {
  readonly user: string;
  /** Host part of the address of record. */
  readonly domain: string;
  readonly webSocketUrl: string;
  readonly password?: string;
  readonly displayName?: string;
  /** Whether it registers before it is handed out; it does when left out. */
  readonly register?: boolean;
  readonly registerExpires?: number;
  readonly answerMode?: "auto" | "manual";
  /** More of JsSIP's configuration, e.g. `{ session_timers: false }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** A JsSIP phone in a browser page of its own, with a microphone that beeps. It has at most one call. */
export class BrowserPhone {
  readonly page: Page;
  readonly uri: string;
  readonly events: EventLog<PageEvent>;

  constructor(page: Page, uri: string, events: EventLog<PageEvent>) {
    this.page = page;
    this.uri = uri;
    this.events = events;
  }

  /** The next event of this type not yet waited for: past ones count, each once. */
  waitForEvent(type: string, options: EventWait = {}): Promise<PageEvent> {
    return this.events.waitFor((event) => event.type === type, { what: `${this.uri}: ${type}`, ...options });
  }

  /** The next MESSAGE not yet waited for that holds the text. */
  waitForMessage(text = "", options: EventWait = {}): Promise<PageEvent> {
    const matches = (event: PageEvent) => event.type === "message" && (event.text ?? "").includes(text);
    return this.events.waitFor(matches, { what: `${this.uri}: MESSAGE with "${text}"`, ...options });
  }

  /** Registers and waits for the outcome. */
  async register(): Promise<void> {
    await this.#run("register");
    const isOutcome = ({ type }: PageEvent) => type === "registered" || type === "registrationFailed";
    const outcome = await this.events.waitFor(isOutcome, { what: `${this.uri}: registered` });
    if (outcome.type === "registered") return;
    throw new CounterpartError(`${this.uri} could not register: ${outcome.cause} ${outcome.status ?? ""}`);
  }

  async unregister(): Promise<void> {
    await this.#run("unregister");
    await this.waitForEvent("unregistered");
  }

  /** Begins a call; wait for "call:progress", "call:confirmed" or "call:failed". */
  call(target: string, extraHeaders: readonly string[] = []): Promise<void> {
    return this.#run("call", target, extraHeaders);
  }

  /** Answers the incoming call ("call:new" with direction "incoming"). */
  answer(): Promise<void> {
    return this.#run("answer");
  }

  /** Ends the call: CANCEL, rejection with `status`, or BYE. */
  hangup(status?: number): Promise<void> {
    return status === undefined ? this.#run("hangup") : this.#run("hangup", status);
  }

  /** Puts the call on hold and waits until the other side has agreed. */
  hold(): Promise<void> {
    return this.#run("hold");
  }

  resume(): Promise<void> {
    return this.#run("resume");
  }

  sendDigit(digit: string, transport: "INFO" | "RFC2833" = "INFO"): Promise<void> {
    return this.#run("sendDigit", digit, transport);
  }

  /** Transfers the call blindly, by REFER. */
  transfer(target: string): Promise<void> {
    return this.#run("transfer", target);
  }

  /** Sends a MESSAGE and waits until it is answered. */
  async message(target: string, text: string): Promise<void> {
    await this.#run("message", target, text);
    const isOutcome = ({ type }: PageEvent) => type === "messageSent" || type === "messageFailed";
    const outcome = await this.events.waitFor(isOutcome, { what: `${this.uri}: answer to MESSAGE` });
    if (outcome.type === "messageFailed") throw new CounterpartError(`MESSAGE failed: ${outcome.cause}`);
  }

  statistics(): Promise<MediaStatistics> {
    return this.page.evaluate("phone.statistics()");
  }

  /** Waits until so many RTP packets have come in. */
  waitForMedia(packets = 10): Promise<MediaStatistics> {
    const check = async () => {
      const statistics = await this.statistics();
      return statistics.packetsReceived >= packets ? statistics : undefined;
    };
    return waitUntil(check, { what: `${this.uri} has received ${packets} RTP packets`, intervalMs: 50 });
  }

  /** Unregisters, hangs up and closes the page. */
  async stop(): Promise<void> {
    if (this.page.isClosed()) return;
    await this.#run("stop");
    await this.page.context().close();
  }

  start(options: PagePhoneOptions): Promise<void> {
    return this.#run("start", options);
  }

  async #run(method: string, ...args: readonly unknown[]): Promise<void> {
    await this.page.evaluate(`phone.${method}(...${JSON.stringify(args)})`);
  }
}

/** A Chromium without a window whose pages are phones. Starting one takes a second: one per test file is enough. */
export class Browser {
  readonly name = "chromium";
  readonly #chromium: Chromium;
  readonly #server: Server;
  readonly #scratch: Scratch;
  readonly #untrack: () => void;

  constructor(browser: Chromium, server: Server, scratch: Scratch) {
    this.#chromium = browser;
    this.#server = server;
    this.#scratch = scratch;
    this.#untrack = track(this);
  }

  /** Opens a phone, waits until its WebSocket is open and, unless told otherwise, until it is registered. */
  async phone(options: BrowserPhoneOptions): Promise<BrowserPhone> {
    const { user, domain, register = true, answerMode = "manual", ...rest } = options;
    const context = await this.#chromium.newContext({ ignoreHTTPSErrors: true, permissions: ["microphone"] });
    const page = await context.newPage();
    const log: string[] = [];
    page.on("console", (line) => log.push(line.text()));
    page.on("pageerror", (error) => log.push(String(error)));
    const events = new EventLog<PageEvent>(() => log.join("\n"));
    await page.exposeFunction("reportPhoneEvent", (event: PageEvent) => events.push(event));
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    const phone = new BrowserPhone(page, `sip:${user}@${domain}`, events);
    try {
      await phone.start({ uri: phone.uri, answerMode, ...rest });
      await phone.waitForEvent("connected");
      if (register) await phone.register();
      return phone;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /** Opens a page of somebody else's, in a context of its own. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#chromium.newContext(options);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async stop(): Promise<void> {
    await this.#chromium.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#scratch.remove();
    this.#untrack();
  }
}

/** Real network, but a microphone that asks nobody and certificates that need no authority. */
const chromiumArguments = [
  "--no-sandbox",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--ignore-certificate-errors",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** Starts Chromium and the little web server that hands out the phone page. */
export async function startBrowser(): Promise<Browser> {
  const scratch = new Scratch("chromium");
  const [server, browser] = await Promise.all([
    servePage(),
    chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: chromiumArguments,
      env: { PATH: process.env["PATH"] ?? "", HOME: scratch.path },
    }),
  ]);
  return new Browser(browser, server, scratch);
}

/** Pages need a trusted origin for the microphone: http on 127.0.0.1 is one. */
async function servePage(): Promise<Server> {
  const entry = fileURLToPath(new URL("./browser-page.ts", import.meta.url));
  const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: "iife", target: "es2022" });
  const script = bundle.outputFiles[0]?.text ?? "";
  const server = createServer((request, response) => {
    const isScript = request.url === "/phone.js";
    response.setHeader("content-type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    response.end(isScript ? script : '<!doctype html><title>phone</title><script src="/phone.js"></script>');
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
