import { systemClock, type Clock, type Endpoint } from "@siplet/core";
import { requestText, type RequestTextOptions } from "../messages/request-text.js";
import { WireMessage } from "../messages/wire-message.js";
import type { MemoryNetwork } from "../network/memory-network.js";
import type { MemoryTransportOptions } from "../network/memory-transport.js";
import { IncomingMessage } from "./incoming-message.js";
import { MemoryUserAgentPort } from "./memory-user-agent-port.js";
import { TcpUserAgentPort } from "./tcp-user-agent-port.js";
import { UdpUserAgentPort } from "./udp-user-agent-port.js";
import type { UserAgentPeer, UserAgentPort } from "./user-agent-port.js";

/** What a scripted user agent may be told besides where it stands. */
export interface ScriptedUserAgentOptions {
  /** Its name in branches, addresses and the trace. */
  readonly name?: string;
  readonly clock?: Clock;
  /** Where its messages go unless told otherwise. */
  readonly peer?: Endpoint;
}

/** Which messages are meant: `INVITE`, `200`, `200 INVITE`, `*`, or a function that looks. */
export type IncomingMatch = string | ((message: WireMessage) => boolean);

/** What a user agent does with a message. */
export type ScriptAction = (incoming: IncomingMessage) => void;

interface ScriptLine {
  readonly match: IncomingMatch;
  readonly action: ScriptAction;
}

interface Waiter {
  readonly match: IncomingMatch;
  readonly resolve: (incoming: IncomingMessage) => void;
}

/**
 * A user agent that knows no rules: it sends the messages it is given, answers by script and writes everything down.
 * It shares no code with the engine it judges; nothing is repeated, acknowledged or corrected by itself.
 */
export class ScriptedUserAgent {
  readonly name: string;
  readonly #clock: Clock;
  readonly #script: ScriptLine[] = [];
  readonly #received: IncomingMessage[] = [];
  readonly #sent: WireMessage[] = [];
  readonly #copies = new Map<string, number>();
  readonly #waiters: Waiter[] = [];
  readonly #peer: Endpoint | undefined;
  #port: UserAgentPort | undefined;
  #branches = 0;

  private constructor({ name = "agent", clock = systemClock, peer }: ScriptedUserAgentOptions) {
    this.name = name;
    this.#clock = clock;
    this.#peer = peer;
  }

  /** A user agent in the in-memory network. */
  static inMemory(
    network: MemoryNetwork,
    options: ScriptedUserAgentOptions & MemoryTransportOptions,
  ): ScriptedUserAgent {
    const agent = new ScriptedUserAgent(options);
    agent.#port = new MemoryUserAgentPort(network, options, (bytes, peer) => agent.#receive(bytes, peer));
    if (options.name !== undefined) network.name(`${agent.local.address}:${agent.local.port}`, options.name);
    return agent;
  }

  /** A user agent on a real socket of this machine; on a free port unless told otherwise. */
  static async onSocket(
    options: ScriptedUserAgentOptions & { readonly protocol: "udp" | "tcp"; address?: string; port?: number },
  ): Promise<ScriptedUserAgent> {
    const agent = new ScriptedUserAgent(options);
    const place = { address: options.address ?? "127.0.0.1", port: options.port ?? 0 };
    const Port = options.protocol === "udp" ? UdpUserAgentPort : TcpUserAgentPort;
    agent.#port = await Port.open(place, (bytes, peer) => agent.#receive(bytes, peer));
    return agent;
  }

  get local(): Endpoint {
    return this.#open.local;
  }

  /** Everything that came, in order. */
  get received(): readonly IncomingMessage[] {
    return this.#received;
  }

  /** Everything that was sent, in order. */
  get sent(): readonly WireMessage[] {
    return this.#sent;
  }

  /** The URI under which it is reached, without angle brackets. */
  get uri(): string {
    const { transport, local } = this.#open;
    const host = local.address.includes(":") ? `[${local.address}]` : local.address;
    const parameter = transport === "UDP" ? "" : `;transport=${transport.toLowerCase()}`;
    return `sip:${this.name}@${host}:${local.port}${parameter}`;
  }

  /** Does this with every matching message; of several lines the first that matches is taken. */
  on(match: IncomingMatch, action: ScriptAction): this {
    this.#script.push({ match, action });
    return this;
  }

  /** Answers every matching request with these statuses, one after the other. */
  answer(match: IncomingMatch, ...statuses: readonly number[]): this {
    return this.on(match, (incoming) => {
      for (const status of statuses) incoming.reply(status);
    });
  }

  /** Writes a request that comes from here: own Via with a fresh branch, own Contact. Does not send it. */
  request(options: RequestTextOptions): string {
    const { transport, local } = this.#open;
    const host = local.address.includes(":") ? `[${local.address}]` : local.address;
    const branch = `z9hG4bK-${this.name}-${++this.#branches}`;
    const contact = options.method === "INVITE" ? `<${this.uri}>` : undefined;
    return requestText({ transport, sentBy: `${host}:${local.port}`, branch, contact, ...options });
  }

  /** Sends a whole message as it is. */
  send(text: string, to: Endpoint | undefined = this.#peer): WireMessage {
    if (to === undefined) throw new TypeError(`${this.name} does not know where to send: name a peer`);
    this.#open.connect(to).send(Buffer.from(text, "utf8"));
    return this.#note(text);
  }

  /** Writes a request and sends it. */
  sendRequest(options: RequestTextOptions, to?: Endpoint): WireMessage {
    return this.send(this.request(options), to);
  }

  /** The messages received that match. */
  messages(match: IncomingMatch = "*"): WireMessage[] {
    return this.#received.map(({ message }) => message).filter((message) => isMeant(match, message));
  }

  /** The last message received that matches. */
  last(match: IncomingMatch = "*"): WireMessage {
    const message = this.messages(match).at(-1);
    if (message === undefined) throw new RangeError(`${this.name} got no ${String(match)}, only: ${this.#summary}`);
    return message;
  }

  /** When the matching messages came, in milliseconds. */
  times(match: IncomingMatch): number[] {
    return this.#received.filter(({ message }) => isMeant(match, message)).map(({ at }) => at);
  }

  /** Resolves with the next matching message; for real sockets, where no clock can be moved. */
  next(match: IncomingMatch, timeout = 5000): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const late = new RangeError(`${this.name} waited in vain for ${String(match)}, got: ${this.#summary}`);
      const timer = this.#clock.setTimeout(reject, timeout, late);
      const settle = (incoming: IncomingMessage): void => {
        this.#clock.clearTimeout(timer);
        resolve(incoming);
      };
      this.#waiters.push({ match, resolve: settle });
    });
  }

  close(): Promise<void> {
    return this.#open.close();
  }

  get #open(): UserAgentPort {
    if (this.#port === undefined) throw new TypeError(`${this.name} has no port yet`);
    return this.#port;
  }

  get #summary(): string {
    return this.#received.map(({ message }) => message.summary).join(", ");
  }

  #note(text: string): WireMessage {
    const message = new WireMessage(Buffer.from(text, "utf8"));
    this.#sent.push(message);
    return message;
  }

  #receive(bytes: Uint8Array, peer: UserAgentPeer): void {
    const message = new WireMessage(bytes);
    const incoming = new IncomingMessage({
      message,
      peer,
      at: this.#clock.monotonic(),
      copy: this.#countCopy(message),
      clock: this.#clock,
      contact: `<${this.uri}>`,
      onSent: (text) => this.#note(text),
    });
    this.#received.push(incoming);
    this.#settleWaiters(incoming);
    this.#script.find(({ match }) => isMeant(match, message))?.action(incoming);
  }

  #countCopy(message: WireMessage): number {
    const key = `${message.summary} ${message.branch}`;
    const copy = (this.#copies.get(key) ?? 0) + 1;
    this.#copies.set(key, copy);
    return copy;
  }

  #settleWaiters(incoming: IncomingMessage): void {
    const index = this.#waiters.findIndex(({ match }) => isMeant(match, incoming.message));
    if (index >= 0) this.#waiters.splice(index, 1)[0]?.resolve(incoming);
  }
}

function isMeant(match: IncomingMatch, message: WireMessage): boolean {
  if (typeof match === "function") return match(message);
  return match === "*" || match === message.summary || (!message.isRequest && match === String(message.status));
}
