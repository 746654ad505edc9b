import type { Logger } from "@siplet/core";
import { createSeededRandom, ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";
import { bootstrap, type ContainerOptions, type SipContainer } from "@siplet/framework";

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A browser's cookies, as far as tests need them. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** The header to send. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const separator = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, separator), pair.slice(separator + 1));
    }
  }
}

/** A container with an HTTP side on a real port and SIP on the network in memory. */
export class HttpLab {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly container: SipContainer;
  readonly warnings: string[];

  private constructor(clock: ManualClock, network: MemoryNetwork, container: SipContainer, warnings: string[]) {
    this.clock = clock;
    this.network = network;
    this.container = container;
    this.warnings = warnings;
  }

  static async start(options: Partial<ContainerOptions> & Pick<ContainerOptions, "applications">): Promise<HttpLab> {
    const clock = new ManualClock();
    const network = new MemoryNetwork({ clock });
    const warnings: string[] = [];
    const container = await bootstrap({
      clock,
      random: createSeededRandom(1),
      log: warningLogger(warnings),
      drainTimeout: 0,
      listen: [network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 })],
      http: { listen: "127.0.0.1:0" },
      ...options,
    });
    return new HttpLab(clock, network, container, warnings);
  }

  url(path: string): URL {
    return new URL(path, this.container.httpUrl);
  }

  /** Asks the container; a jar makes several requests those of one browser. */
  async fetch(path: string | URL, init: RequestInit & { readonly jar?: CookieJar } = {}): Promise<Answer> {
    const { jar, ...others } = init;
    const headers = new Headers(others.headers);
    if (jar !== undefined && jar.header !== "") headers.set("cookie", jar.header);
    const response = await fetch(typeof path === "string" ? this.url(path) : path, { ...others, headers });
    jar?.keep(response.headers);
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const body = isJson ? (JSON.parse(text) as Answer["body"]) : {};
    return { status: response.status, headers: response.headers, text, body };
  }

  /** Sends JSON. */
  post(path: string, value: unknown, jar?: CookieJar): Promise<Answer> {
    return this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
      jar,
    });
  }

  /** A phone on the network in memory. */
  phone(name: string, address: string): ScriptedUserAgent {
    const peer = { address: "192.0.2.10", port: 5060 };
    return ScriptedUserAgent.inMemory(this.network, {
      name,
      clock: this.clock,
      peer,
      protocol: "udp",
      address,
      port: 5060,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.container.close();
    await this.clock.advanceAsync(100);
    await closed;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function warningLogger(warnings: string[]): Logger {
  const note = (fields: Readonly<Record<string, unknown>>, text: string): void =>
    void warnings.push(`${text} ${JSON.stringify(fields)} ${textOf(fields["error"])}`);
  const ignore = (): void => {};
  return { debug: ignore, info: ignore, warn: note, error: note };
}
