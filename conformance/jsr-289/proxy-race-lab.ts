import type { IncomingCall, OutgoingCall } from "@siplet/core";
import { SipFactory, type Proxy, type Uri } from "@siplet/framework";
import { createSeededRandom, ManualClock, MemoryNetwork, type LinkConditions } from "@siplet/testkit";
import { ContainerLab, nothingHeld } from "./container-lab.js";
import { perform, startRaceAgent, type RaceAgent } from "./race-agent.js";
import { proxyApplication, ProxyScript } from "./proxy-lab.js";

/** Milliseconds that a message takes between an end and the container. */
const delay = 20;
/** When the first of two messages that cross is sent, after the call was made. */
const crossing = 400;
/** Longer than any transaction, and than timer C. */
const allOver = 250_000;

/** The ends of a proxied call: one caller, and the phones that were called. */
export interface ProxyRaceEnds {
  readonly caller: OutgoingCall;
  readonly phones: readonly IncomingCall[];
  /** What the application asks of the container in between. */
  readonly proxy: Proxy;
}

/** Something that happens to a call. */
export interface ProxyRaceAction {
  readonly name: string;
  readonly act: (ends: ProxyRaceEnds) => unknown;
}

/** Two things that happen at nearly the same time. */
export interface ProxyRace {
  readonly first: ProxyRaceAction;
  readonly second: ProxyRaceAction;
  /** How much later the second is, in milliseconds. */
  readonly later: number;
  /** How many phones are called at once. */
  readonly phones: 1 | 2;
  /** Whether the first phone has answered when they happen; else all ring. */
  readonly isTalking: boolean;
  readonly conditions: Partial<LinkConditions>;
  readonly prepare?: (proxy: Proxy) => void;
  /** Milliseconds that the application takes over each message. */
  readonly thinking?: number;
}

/** What came of a race. */
export interface ProxyRaceOutcome {
  /** How many phones believe in a call, and whether the caller does. */
  readonly standing: { readonly caller: number; readonly phones: number };
  /** What is left everywhere after all have hung up. */
  readonly left: object;
  /** The messages, for a test that fails. */
  readonly trace: string;
}

/** Everything is gone. */
export const nothingIsLeft = {
  container: nothingHeld,
  calls: [0, 0, 0, 0],
  transactions: 0,
};

/** Runs a race through a record-routing proxy between user agents that follow the rules. */
export async function runProxyRace(race: ProxyRace): Promise<ProxyRaceOutcome> {
  const clock = new ManualClock();
  const random = createSeededRandom(race.first.name.length * 31 + race.second.name.length * 7 + race.later + 100);
  const network = new MemoryNetwork({ clock, random, conditions: { delay } });
  const agents = await Promise.all(
    ["alice", "bob", "carol", "dave"].map((name, index) => startRaceAgent({ clock, network }, name, index + 1)),
  );
  const [alice, ...others] = agents as [RaceAgent, ...RaceAgent[]];
  const script = proxyTo(others.slice(0, race.phones));
  await using lab = await ContainerLab.start({ applications: [proxyApplication(script)] }, { clock, network });
  const phones: IncomingCall[] = [];
  for (const [index, { ua }] of others.entries()) {
    ua.on("call", (call) => {
      phones.push(call);
      call.progress();
      if (index === 2 || (index === 0 && race.isTalking)) void call.answer().catch(() => undefined);
    });
  }
  const caller = alice.ua.invite("sip:hunt@192.0.2.10");
  await clock.advanceAsync(crossing - 50);
  const proxy = script.request("INVITE").getProxy();
  network.setConditions(race.conditions);
  clock.setTimeout(() => perform(race.first, { caller, phones, proxy }), 50, undefined);
  clock.setTimeout(() => perform(race.second, { caller, phones, proxy }), 50 + race.later, undefined);
  await clock.advanceAsync(allOver);
  const calls = agents.flatMap(({ ua }) => [...ua.calls]);
  const standing = {
    caller: [...alice.ua.calls].filter(({ state }) => state === "confirmed").length,
    phones: others.flatMap(({ ua }) => [...ua.calls]).filter(({ state }) => state === "confirmed").length,
  };
  network.setConditions({ loss: 0, duplication: 0, reordering: 0 });
  for (const call of calls) void call.hangUp().catch(() => undefined);
  await clock.advanceAsync(allOver);
  const transactions = agents.reduce((sum, { stack }) => {
    const { client, server } = stack.transactions.count;
    return sum + client + server;
  }, 0);
  const left = { container: lab.container.counts, calls: agents.map(({ ua }) => ua.calls.size), transactions };
  return { standing, left, trace: network.trace.toString() };

  function uriOf(text: string): Uri {
    return lab.container.bean("proxy", SipFactory).createUri(text);
  }

  function proxyTo(targets: readonly RaceAgent[]): ProxyScript {
    const proxying = new ProxyScript();
    const think = (): unknown =>
      race.thinking && new Promise<void>((resolve) => void clock.setTimeout(resolve, race.thinking ?? 0, undefined));
    proxying.onInitial = async (request) => {
      request.applicationSession.setExpires(0);
      const proxyOf = request.getProxy();
      proxyOf.recordRoute = true;
      race.prepare?.(proxyOf);
      await proxyOf.proxyTo(targets.map(({ uri }) => uriOf(uri)));
    };
    Object.assign(proxying, { onSubsequent: think, onResponse: think, onBranchResponse: think, onCancel: think });
    return proxying;
  }
}
