import "reflect-metadata";
import { silentLogger } from "@siplet/core";
import { bootstrap, type Bind, type ContainerOptions, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { MemoryNetwork } from "@siplet/testkit";
import { Callee } from "./callee.js";
import { Caller } from "./caller.js";
import { Home, Relay } from "./middle.js";
import { domain, type Place, type Places } from "./places.js";
import type { SoakOptions } from "./soak-options.js";
import { SwiftClock } from "./swift-clock.js";
import { Tally } from "./tally.js";
import { PlacesToken } from "./tokens.js";

const names = ["caller", "bridge", "proxy", "callee", "device"] as const;
type Name = (typeof names)[number];

/** What all containers of a world are made with, and how its time goes on. */
interface Ground {
  readonly places: Places;
  readonly options: (place: Place) => Pick<ContainerOptions, "listen" | "clock" | "timers">;
  /** Lets all that was begun come to its end. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly clear: () => void;
}

/** Five containers that call one another: caller, B2BUA, registrar with proxy, callee, and a second device of it. */
export class SoakWorld {
  readonly tally = new Tally();
  readonly places: Places;
  readonly containers: Readonly<Record<Name, SipContainer>>;
  readonly #ground: Ground;

  private constructor(ground: Ground, containers: Readonly<Record<Name, SipContainer>>, tally: Tally) {
    this.#ground = ground;
    this.places = ground.places;
    this.containers = containers;
    this.tally = tally;
  }

  static async start({ network }: Pick<SoakOptions, "network">): Promise<SoakWorld> {
    const ground = network === "memory" ? memoryGround() : udpGround();
    const tally = new Tally();
    const containers = await startAll(ground, tally);
    return new SoakWorld(ground, containers, tally);
  }

  get caller(): Caller {
    return this.containers.caller.bean("caller", Caller);
  }

  /** Registers the users for that many seconds; 0 takes them away. */
  async register(seconds: number): Promise<void> {
    await this.containers.callee.bean("callee", Callee).register(seconds);
    await this.pass(40_000);
  }

  /** Lets time pass until everything that was begun has ended. */
  async pass(milliseconds: number): Promise<void> {
    await this.#ground.pass(milliseconds);
    this.#ground.clear();
  }

  /** What is left in the tables of all containers, by its name: `proxy.dialogs`. */
  leftovers(): Record<string, number> {
    const left = names.flatMap((name) =>
      Object.entries(this.containers[name].counts as unknown as Record<string, number>) // plain numbers, by name
        .filter(([, count]) => count > 0)
        .map(([table, count]) => [`${name}.${table}`, count] as const),
    );
    return Object.fromEntries(left);
  }

  async close(): Promise<void> {
    const closing = names.map((name) => this.containers[name].close());
    await this.pass(1000);
    await Promise.all(closing);
  }
}

async function startAll(ground: Ground, tally: Tally): Promise<Record<Name, SipContainer>> {
  const { places } = ground;
  const share = (bind: Bind): void => {
    bind(PlacesToken).toConstantValue(places);
    bind(Tally).toConstantValue(tally);
  };
  const start = (place: Place, application: ContainerOptions["applications"][number]): Promise<SipContainer> =>
    bootstrap({ applications: [application], log: silentLogger, drainTimeout: 0, ...ground.options(place) });
  return {
    caller: await start(places.caller, { name: "caller", servlets: [Caller], configure: share }),
    bridge: await start(places.bridge, { name: "relay", servlets: [Relay], configure: share }),
    proxy: await start(places.proxy, { name: "home", servlets: [Home], configure: registrar({ domains: [domain] }) }),
    callee: await start(places.callee, { name: "callee", servlets: [Callee], configure: share }),
    device: await start(places.device, { name: "device", servlets: [Callee], configure: share }),
  };
}

function memoryGround(): Ground {
  const clock = new SwiftClock();
  const network = new MemoryNetwork({ clock });
  const at = (last: number): Place => ({ address: `192.0.2.${last}`, port: 5060 });
  return {
    places: { caller: at(1), bridge: at(2), proxy: at(3), callee: at(4), device: at(5), nowhere: at(9) },
    options: (place) => ({ listen: [network.transport({ protocol: "udp", ...place })], clock }),
    pass: (milliseconds) => clock.pass(milliseconds),
    clear: () => network.trace.clear(),
  };
}

/** On loopback, with timers a fifth as long: 64·T1 is 6.4 s. */
function udpGround(): Ground {
  const shrink = 5;
  const [t1, t2, t4] = [500, 4000, 5000].map((usual) => usual / shrink);
  const at = (port: number): Place => ({ address: "127.0.0.1", port });
  return {
    places: {
      caller: at(15_061),
      bridge: at(15_062),
      proxy: at(15_063),
      callee: at(15_064),
      device: at(15_065),
      nowhere: at(15_069),
    },
    options: ({ address, port }) => ({ listen: [`udp:${address}:${port}`], timers: { t1, t2, t4 } }),
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / shrink)),
    clear: () => {},
  };
}
