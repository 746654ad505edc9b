import { SipStack, SipUserAgent, type IncomingCall, type InviteOptions, type UserAgentOptions } from "@siplet/core";
import {
  createSeededRandom,
  ManualClock,
  MemoryNetwork,
  ScriptedUserAgent,
  type IncomingMessage,
  type LinkConditions,
  type RequestTextOptions,
  type WireMessage,
} from "@siplet/testkit";

/** A whole answer or offer of one audio line. */
export function sdp(name: string, port = 40_000, ...attributes: readonly string[]): string {
  const origin = `o=${name} 1 1 IN IP4 192.0.2.9`;
  const media = [`m=audio ${port} RTP/AVP 0 8`, ...attributes];
  return ["v=0", origin, "s=-", "c=IN IP4 192.0.2.9", "t=0 0", ...media, ""].join("\r\n");
}

type Protocol = "udp" | "tcp";

/** What a laboratory is set up with. */
export interface AgentLabOptions {
  readonly protocol?: Protocol;
  readonly conditions?: Partial<LinkConditions>;
  readonly seed?: number;
}

/** User agents of the engine and scripted ones on one network, the clock in hand. */
export class AgentLab {
  readonly clock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly #protocol: Protocol;
  readonly #seed: number;
  #hosts = 0;

  constructor({ protocol = "udp", conditions, seed = 1 }: AgentLabOptions = {}) {
    this.network = new MemoryNetwork({ clock: this.clock, conditions, random: createSeededRandom(seed) });
    this.#protocol = protocol;
    this.#seed = seed;
  }

  /** A user agent of the engine: `alice` is reached at `sip:alice@192.0.2.1`. */
  async agent(name: string, options: Partial<UserAgentOptions> = {}): Promise<LabAgent> {
    const address = `192.0.2.${++this.#hosts}`;
    const stack = new SipStack({ clock: this.clock, random: createSeededRandom(this.#seed * 100 + this.#hosts) });
    await stack.listen(this.network.transport({ protocol: this.#protocol, address, port: 5060 }));
    this.network.name(`${address}:5060`, name);
    const parameter = this.#protocol === "udp" ? "" : `;transport=${this.#protocol}`;
    const uri = `sip:${name}@${address}${parameter}`;
    return { stack, uri, address, ua: new SipUserAgent(stack, { uri: `sip:${name}@example.com`, ...options }) };
  }

  /** A scripted user agent that knows no rules; `peer` is where it sends. */
  scripted(name: string, peer?: LabAgent): ScriptedUserAgent {
    return ScriptedUserAgent.inMemory(this.network, {
      protocol: this.#protocol,
      address: `192.0.2.${++this.#hosts}`,
      port: 5060,
      name,
      clock: this.clock,
      peer: peer === undefined ? undefined : { address: peer.address, port: 5060 },
    });
  }

  /** Lets that many milliseconds pass. */
  pass(milliseconds = 0): void {
    this.clock.advance(milliseconds);
  }

  /** Lets that many milliseconds pass, and what promises wait for happen. */
  settle(milliseconds = 0): Promise<void> {
    return this.clock.advanceAsync(milliseconds);
  }
}

/** A user agent of the engine in the laboratory. */
export interface LabAgent {
  readonly ua: SipUserAgent;
  readonly stack: SipStack;
  /** Where it is reached. */
  readonly uri: string;
  readonly address: string;
}

/** A call from the engine to a scripted user agent, answered as the script says. */
export interface ScriptedCall {
  readonly lab: AgentLab;
  readonly alice: LabAgent;
  readonly bob: ScriptedUserAgent;
  readonly call: ReturnType<SipUserAgent["invite"]>;
  /** The INVITEs that came, in order. */
  readonly invites: IncomingMessage[];
  /** What the call told. */
  readonly told: string[];
}

/** Alice, of the engine, calls Bob, who is scripted and has not answered yet. */
export async function callScripted(
  options: InviteOptions = { sdp: sdp("alice") },
  { lab = new AgentLab(), agent = {} }: { lab?: AgentLab; agent?: Partial<UserAgentOptions> } = {},
): Promise<ScriptedCall> {
  const alice = await lab.agent("alice", agent);
  const bob = lab.scripted("bob", alice);
  const invites: IncomingMessage[] = [];
  const told: string[] = [];
  bob.on("INVITE", (invite) => {
    if (invite.copy === 1) invites.push(invite);
  });
  listen(bob);
  const call = alice.ua.invite(bob.uri, options);
  call.on("progress", ({ response, sdp: early }) => told.push(`${response.statusCode}${early ? " sdp" : ""}`));
  call.on("answered", () => told.push("answered"));
  call.on("confirmed", () => told.push("confirmed"));
  call.on("ended", ({ by, cause, statusCode }) => told.push(`ended ${by} ${cause} ${statusCode ?? ""}`.trim()));
  lab.pass();
  return { lab, alice, bob, call, invites, told };
}

/** A call from a scripted user agent to the engine. */
export interface ReceivedCall {
  readonly lab: AgentLab;
  readonly alice: LabAgent;
  readonly bob: ScriptedUserAgent;
  /** The INVITE as it was sent. */
  readonly invite: WireMessage;
  readonly call: IncomingCall;
  readonly told: string[];
  /** Sends a request inside the dialog, under the next number unless told otherwise. */
  send(options: RequestTextOptions): WireMessage;
  /** Sends the ACK for the 2xx. */
  acknowledge(options?: Partial<RequestTextOptions>): void;
}

/** Bob, who is scripted, calls Alice, of the engine, who has not answered yet. */
export async function receiveScripted(
  options: Partial<RequestTextOptions> = { body: sdp("bob") },
  { lab = new AgentLab(), agent = {} }: { lab?: AgentLab; agent?: Partial<UserAgentOptions> } = {},
): Promise<ReceivedCall> {
  const alice = await lab.agent("alice", agent);
  const bob = lab.scripted("bob", alice);
  listen(bob);
  const told: string[] = [];
  const calls: IncomingCall[] = [];
  alice.ua.on("call", (call) => {
    calls.push(call);
    call.on("answered", () => told.push("answered"));
    call.on("confirmed", () => told.push("confirmed"));
    call.on("ended", ({ by, cause, statusCode }) => told.push(`ended ${by} ${cause} ${statusCode ?? ""}`.trim()));
  });
  const shared = { uri: alice.uri, fromTag: "bob-tag", callId: "call-from-bob" };
  const invite = bob.sendRequest({ method: "INVITE", branch: "z9hG4bK-invite", ...shared, ...options });
  lab.pass();
  const [call] = calls;
  if (call === undefined) throw new RangeError(`the INVITE was answered by ${bob.last().summary}`);
  let sequenceNumber = 1;
  const send = (request: RequestTextOptions): WireMessage => {
    const toTag = bob.last(({ status }) => status > 100).toTag;
    sequenceNumber = request.sequenceNumber ?? sequenceNumber + 1;
    const sent = bob.sendRequest({ ...shared, toTag, sequenceNumber, ...request });
    lab.pass();
    return sent;
  };
  const acknowledge = (request: Partial<RequestTextOptions> = {}): void => {
    const toTag = bob.last(({ summary }) => summary === "200 INVITE").toTag;
    bob.sendRequest({ ...shared, method: "ACK", toTag, ...request });
    lab.pass();
  };
  return { lab, alice, bob, invite, call, told, send, acknowledge };
}

const bobAnswers = new WeakMap<ScriptedUserAgent, (request: IncomingMessage) => void>();

function listen(bob: ScriptedUserAgent): void {
  for (const method of ["PRACK", "UPDATE", "BYE", "INFO", "MESSAGE", "REFER", "NOTIFY"]) {
    bob.on(method, (request) => void (request.copy === 1 && bobAnswers.get(bob)?.(request)));
  }
}

/** What Bob does with a request inside the call; without word he says nothing. */
export function onRequest(bob: ScriptedUserAgent, answer: (request: IncomingMessage) => void): void {
  bobAnswers.set(bob, answer);
}

/** The request as the far end sees it: number and method, such as `2 PRACK`. */
export function numbered({ sequenceNumber, method }: WireMessage): string {
  return `${sequenceNumber} ${method}`;
}
