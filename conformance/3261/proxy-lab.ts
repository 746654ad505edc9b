import { SipProxy, SipStack, type LocatedTarget, type SipProxyOptions, type TransportProtocol } from "@siplet/core";
import {
  ManualClock,
  MemoryNetwork,
  ScriptedUserAgent,
  createSeededRandom,
  type LinkConditions,
} from "@siplet/testkit";

/** How a laboratory differs from the usual one. */
export interface ProxyLabOptions extends SipProxyOptions {
  readonly conditions?: Partial<LinkConditions>;
  /** What the proxy listens on beside UDP and TCP of its address. */
  readonly listen?: readonly {
    readonly protocol: TransportProtocol;
    readonly address: string;
    readonly port: number;
  }[];
}

const address = "192.0.2.10";

/**
 * A proxy for example.com at 192.0.2.10, callers and callees around it, on an in-memory network under a clock that stands
 * still. The registered contacts of bob are those given to `register`.
 */
export class ProxyLab {
  readonly clock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly stack: SipStack;
  readonly alice: ScriptedUserAgent;
  readonly #targets: LocatedTarget[] = [];
  #hosts = 1;

  private constructor(options: ProxyLabOptions) {
    const { clock } = this;
    this.network = new MemoryNetwork({ clock, random: createSeededRandom(1), conditions: options.conditions });
    this.network.name(address, "proxy");
    this.stack = new SipStack({ clock, random: createSeededRandom(2) });
    this.stack.attach(
      new SipProxy(this.stack, {
        domains: ["example.com"],
        lookUp: () => ({ kind: "found", targets: this.#targets }),
        ...options,
      }),
    );
    this.alice = this.userAgent("alice");
  }

  static async open(options: ProxyLabOptions = {}): Promise<ProxyLab> {
    const lab = new ProxyLab(options);
    const usual = (["udp", "tcp"] as const).map((protocol) => ({ protocol, address, port: 5060 }));
    for (const place of [...usual, ...(options.listen ?? [])]) {
      await lab.stack.listen(lab.network.transport(place));
    }
    return lab;
  }

  /** A user agent on a host of its own that sends to the proxy. */
  userAgent(name: string, protocol: "udp" | "tcp" = "udp"): ScriptedUserAgent {
    const host = `192.0.2.${this.#hosts === 10 ? (this.#hosts += 2) : this.#hosts++}`;
    return ScriptedUserAgent.inMemory(this.network, {
      name,
      protocol,
      address: host,
      port: 5060,
      clock: this.clock,
      peer: {
        address,
        port: 5060,
      },
    });
  }

  /** A user agent that is one of bob's. */
  callee(name: string, binding: { readonly q?: number; readonly path?: readonly string[] } = {}): ScriptedUserAgent {
    const agent = this.userAgent(name);
    this.register(agent.uri, binding);
    return agent;
  }

  /** Adds a contact of bob. */
  register(uri: string, { q = 1, path = [] }: { readonly q?: number; readonly path?: readonly string[] } = {}): void {
    this.#targets.push({ q, flows: [{ requestUri: uri, routes: path }] });
  }

  /** Lets everything on the way arrive, and time pass. */
  settle(milliseconds = 0): void {
    this.clock.advance(milliseconds);
  }

  /** What the caller got, without 100. */
  get answers(): string[] {
    return this.alice.received.map(({ message }) => message.summary).filter((summary) => !summary.startsWith("100"));
  }
}
