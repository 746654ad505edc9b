import { Resolver } from "node:dns/promises";
import {
  Locator,
  SystemDnsResolver,
  type LocateOptions,
  type LocateTarget,
  type LocatorOptions,
  type NextHop,
} from "@siplet/core";
import { DnsServer, ManualClock, createSeededRandom } from "@siplet/testkit";

/** A locator that asks a real name server on the loopback interface, by way of Node's resolver. */
export class LocationLab {
  readonly server: DnsServer;
  /** The clock of cache and penalties; the sockets have their own time. */
  readonly clock = new ManualClock();
  readonly locator: Locator;

  private constructor(server: DnsServer, options: Partial<LocatorOptions>) {
    this.server = server;
    this.locator = new Locator({
      clock: this.clock,
      random: createSeededRandom(1),
      protocols: ["udp", "tcp", "tls"],
      resolver: new SystemDnsResolver({ servers: [server.address], timeout: 500, tries: 1, hostsFile: false }),
      ...options,
    });
  }

  static async start(zone: string, options: Partial<LocatorOptions> = {}): Promise<LocationLab> {
    return new LocationLab(await DnsServer.start({ zone }), options);
  }

  /** The hops for a URI, as `udp 192.0.2.1:5060`. */
  async locate(target: Partial<LocateTarget>, options?: LocateOptions): Promise<readonly string[]> {
    const hops = await this.locator.locate({ secure: false, host: "example.com", ...target }, options);
    return hops.map(showHop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.locator.close();
    await this.server.close();
  }
}

/**
 * Whether Node's own resolver remembers answers for their TTL, by the time of the machine: some releases do (20.19.0). There
 * a test whose clock is moved by hand sees the first answer again.
 */
export async function nodeRemembersAnswers(): Promise<boolean> {
  const server = await DnsServer.start({ zone: "example.com. 20 A 192.0.2.1" });
  const resolver = new Resolver();
  resolver.setServers([server.address]);
  await resolver.resolve4("example.com");
  await resolver.resolve4("example.com");
  const { length } = server.asked;
  await server.close();
  return length < 2;
}

/** A hop in one line. */
export function showHop({ protocol, address, port, family }: NextHop): string {
  return `${protocol} ${family === 6 ? `[${address}]` : address}:${port}`;
}
