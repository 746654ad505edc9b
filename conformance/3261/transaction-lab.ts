import { ManualClock, MemoryNetwork, RecordingElement, ScriptedUserAgent } from "@siplet/testkit";
import type { LinkConditions } from "@siplet/testkit";

/** One of our elements and one scripted peer, on UDP and TCP of an in-memory network under a clock that stands. */
export class TransactionLab {
  readonly clock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly element: RecordingElement;
  readonly udp: ScriptedUserAgent;
  readonly tcp: ScriptedUserAgent;

  private constructor(clock: ManualClock, network: MemoryNetwork, element: RecordingElement) {
    this.clock = clock;
    this.network = network;
    this.element = element;
    const [here, there] = [
      { address: "192.0.2.10", port: 5060 },
      { address: "192.0.2.2", port: 5060 },
    ];
    const common = { ...there, clock, peer: here, name: "peer" };
    this.udp = ScriptedUserAgent.inMemory(network, { ...common, protocol: "udp" });
    this.tcp = ScriptedUserAgent.inMemory(network, { ...common, protocol: "tcp" });
  }

  static async open(conditions?: Partial<LinkConditions>): Promise<TransactionLab> {
    const clock = new ManualClock();
    const network = new MemoryNetwork({ clock, conditions });
    const listen = (["udp", "tcp"] as const).map((protocol) => ({ protocol, address: "192.0.2.10", port: 5060 }));
    const element = await RecordingElement.open(network, { clock, listen, name: "element" });
    return new TransactionLab(clock, network, element);
  }

  /** The peer's place. */
  get there(): { readonly address: string; readonly port: number } {
    return this.udp.local;
  }

  /** When the element sent matching messages, in milliseconds. */
  sentAt(match: string): number[] {
    return this.network.trace.times(match, { from: "element" });
  }

  /** Lets everything on the way arrive. */
  settle(): void {
    this.clock.advance(0);
  }
}
