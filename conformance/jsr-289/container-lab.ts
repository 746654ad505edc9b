import { bootstrap, type ContainerCounts, type ContainerOptions, type SipContainer } from "@siplet/framework";
import type { Logger } from "@siplet/core";
import { createSeededRandom, ManualClock, MemoryNetwork, ScriptedUserAgent, type WireMessage } from "@siplet/testkit";

/** What a container holds once everything is over. */
export const nothingHeld: ContainerCounts = {
  applicationSessions: 0,
  applicationKeys: 0,
  dialogs: 0,
  clientTransactions: 0,
  serverTransactions: 0,
  mergeableRequests: 0,
  timers: 0,
  unansweredRequests: 0,
  pendingInvocations: 0,
  connections: 0,
  registeredAddresses: 0,
  registeredFlows: 0,
};

/** A line of a container's log. */
export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Keeps what a container logs. */
export function recordingLogger(lines: LogLine[]): Logger {
  const method =
    (level: string) =>
    (fields: object, text = ""): void =>
      void lines.push({ level, fields: fields as LogLine["fields"], text });
  const logger = {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
    fatal: method("fatal"),
    child: () => logger,
  };
  return logger;
}

/** What every lab shares when containers take calls from one another. */
export interface LabWorld {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
}

/** A fresh clock and network. */
export function createWorld(): LabWorld {
  const clock = new ManualClock();
  return { clock, network: new MemoryNetwork({ clock }) };
}

const containerAddress = "192.0.2.10";

/** A container over the in-memory network, with callers that know no rules. */
export class ContainerLab {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly container: SipContainer;
  readonly log: LogLine[];
  readonly address: string;
  #calls = 0;

  private constructor(world: LabWorld, container: SipContainer, log: LogLine[], address: string) {
    this.clock = world.clock;
    this.network = world.network;
    this.container = container;
    this.log = log;
    this.address = address;
  }

  static async start(
    options: Partial<ContainerOptions> & Pick<ContainerOptions, "applications">,
    world: LabWorld = createWorld(),
    address = containerAddress,
  ): Promise<ContainerLab> {
    const log: LogLine[] = [];
    const container = await bootstrap({
      clock: world.clock,
      random: createSeededRandom(address.length),
      log: recordingLogger(log),
      drainTimeout: 0,
      listen: [world.network.transport({ protocol: "udp", address, port: 5060 })],
      ...options,
    });
    return new ContainerLab(world, container, log, address);
  }

  /** A user agent that sends to the container; it acknowledges failures by itself. */
  agent(name: string, address: string): ScriptedUserAgent {
    const peer = { address: this.address, port: 5060 };
    return ScriptedUserAgent.inMemory(this.network, {
      name,
      clock: this.clock,
      peer,
      protocol: "udp",
      address,
      port: 5060,
    });
  }

  /** A Call-ID that nobody used yet. */
  callId(): string {
    this.#calls += 1;
    return `call-${this.#calls}@lab`;
  }

  /** Sends a request and lets the container answer. */
  async send(agent: ScriptedUserAgent, options: Parameters<ScriptedUserAgent["request"]>[0]): Promise<WireMessage> {
    const sent = agent.sendRequest({ uri: `sip:app@${this.address}`, callId: this.callId(), ...options });
    await this.settle();
    return sent;
  }

  /** Calls the container and acknowledges its 2xx. */
  async call(
    agent: ScriptedUserAgent,
    options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {},
  ): Promise<Call> {
    const invite = await this.send(agent, { method: "INVITE", ...options });
    const call = new Call(this, agent, invite);
    if (call.answer.status >= 200 && call.answer.status < 300) await call.request("ACK", 1);
    return call;
  }

  /** Lets everything happen that needs no time. */
  settle(milliseconds = 0): Promise<void> {
    return this.clock.advanceAsync(milliseconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.container.close();
    await this.clock.advanceAsync(100);
    await closed;
  }
}

/** A call from a user agent to the container. */
export class Call {
  readonly #lab: ContainerLab;
  readonly #agent: ScriptedUserAgent;
  readonly #invite: WireMessage;
  #sequenceNumber = 1;

  constructor(lab: ContainerLab, agent: ScriptedUserAgent, invite: WireMessage) {
    this.#lab = lab;
    this.#agent = agent;
    this.#invite = invite;
  }

  get callId(): string {
    return this.#invite.callId;
  }

  /** The last answer to the INVITE. */
  get answer(): WireMessage {
    return this.#agent.last((message) => !message.isRequest && message.callId === this.callId);
  }

  /** Sends a request inside the dialog, by its Contact unless told otherwise. */
  async request(method: string, sequenceNumber = ++this.#sequenceNumber, to?: string): Promise<void> {
    const { toTag, contactUri } = this.answer;
    const { fromTag } = this.#invite;
    const target = to === undefined ? undefined : { address: to, port: 5060 };
    const uri = contactUri ?? `sip:${this.#lab.address}`;
    this.#agent.sendRequest({ method, uri, callId: this.callId, sequenceNumber, toTag, fromTag }, target);
    await this.#lab.settle();
  }

  /** Ends the call; gives the status of the answer. */
  async bye(to?: string): Promise<number> {
    await this.request("BYE", undefined, to);
    return this.#agent.last((message) => message.summary.endsWith("BYE") && !message.isRequest).status;
  }
}
