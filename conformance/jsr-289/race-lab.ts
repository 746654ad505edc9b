import type { Call, IncomingCall, OutgoingCall } from "@siplet/core";
import type { BridgeOptions } from "@siplet/framework";
import { createSeededRandom, ManualClock, MemoryNetwork, type LinkConditions } from "@siplet/testkit";
import { bridgingApplication, describeSession, type BridgeScript } from "./bridge-lab.js";
import { ContainerLab, nothingHeld } from "./container-lab.js";
import { perform, startRaceAgent, type RaceAgent } from "./race-agent.js";

/** Milliseconds that a message takes between an end and the container. */
const delay = 20;
/** When the first of two messages that cross is sent, after the call was made. */
const crossing = 400;
/** Longer than any transaction, however often it is repeated. */
const allOver = 200_000;

/** The two ends of a call in a race. */
export interface RaceEnds {
  readonly caller: OutgoingCall;
  readonly callee: IncomingCall;
}

/** Something one end does. */
export interface RaceAction {
  readonly name: string;
  readonly act: (ends: RaceEnds) => unknown;
}

/** Two things that happen at nearly the same time. */
export interface Race {
  readonly first: RaceAction;
  readonly second: RaceAction;
  /** How much later the second is, in milliseconds. */
  readonly later: number;
  /** Whether the call stands when they happen; else it rings. */
  readonly isTalking: boolean;
  readonly conditions: Partial<LinkConditions>;
  readonly options?: BridgeOptions;
  /** Messages that never arrive. */
  readonly lost?: { readonly match: string; readonly from: string };
}

/** What came of a race. */
export interface RaceOutcome {
  /** Whether each end believes in the call once nothing moves any more. */
  readonly standing: readonly boolean[];
  /** Whether each end has the description of the other as that believes it to be. */
  readonly agrees: boolean;
  /** What is left everywhere after both have hung up. */
  readonly left: object;
  /** The messages, for a test that fails. */
  readonly trace: string;
}

/** Everything is gone. */
export const nothingLeft = {
  container: nothingHeld,
  calls: [0, 0, 0],
  transactions: 0,
};

/** Runs a race through a bridge between two user agents that follow the rules, with a third one to be transferred to. */
export async function runRace(race: Race): Promise<RaceOutcome> {
  const clock = new ManualClock();
  const random = createSeededRandom(race.first.name.length * 31 + race.second.name.length + race.later + 100);
  const network = new MemoryNetwork({ clock, random, conditions: { delay } });
  const agents = await Promise.all(
    ["alice", "bob", "carol"].map((name, index) => startRaceAgent({ clock, network }, name, index + 1)),
  );
  const [alice, bob, carol] = agents as [RaceAgent, RaceAgent, RaceAgent];
  const script: BridgeScript = { options: { to: bob.uri, ...race.options }, bridges: [], seen: [], errors: [] };
  await using lab = await ContainerLab.start({ applications: [bridgingApplication(script)] }, { clock, network });
  const ringing: IncomingCall[] = [];
  bob.ua.on("call", (call) => {
    ringing.push(call);
    call.progress();
    if (race.isTalking) void call.answer({ sdp: describeSession("bob") });
  });
  carol.ua.on("call", (call) => void call.answer({ sdp: describeSession("carol") }));
  const caller = alice.ua.invite("sip:bob@192.0.2.10", { sdp: describeSession("alice") });
  await clock.advanceAsync(crossing - 50);
  const [callee] = ringing;
  if (callee === undefined) throw new RangeError(`the call did not arrive: ${network.trace.toString()}`);
  network.setConditions(race.conditions);
  if (race.lost !== undefined) network.drop(race.lost.match, { from: race.lost.from });
  const ends = { caller, callee };
  clock.setTimeout(() => perform(race.first, ends), 50, undefined);
  clock.setTimeout(() => perform(race.second, ends), 50 + race.later, undefined);
  await clock.advanceAsync(allOver);
  const standing = [caller, callee].map(({ state }) => state === "confirmed");
  const agrees = agree(caller, callee) && agree(callee, caller);
  network.setConditions({ loss: 0, duplication: 0, reordering: 0 });
  for (const agent of agents) for (const call of agent.ua.calls) void call.hangUp().catch(() => undefined);
  await clock.advanceAsync(allOver);
  const transactions = agents.reduce((sum, { stack }) => {
    const { client, server } = stack.transactions.count;
    return sum + client + server;
  }, 0);
  const left = {
    container: lab.container.counts,
    calls: agents.map(({ ua }) => ua.calls.size),
    transactions,
  };
  return { standing, agrees, left, trace: network.trace.toString() };
}

function agree(one: Call, other: Call): boolean {
  if (one.state !== "confirmed" || other.state !== "confirmed") return true;
  return mediaOf(one.localDescription) === mediaOf(other.remoteDescription);
}

/** What a description says of the media: a bridge may sign it with another origin. */
function mediaOf(description: string | undefined): string {
  return description?.replace(/^[os]=.*\r?\n/gm, "") ?? "";
}
