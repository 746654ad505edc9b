import type { BridgeOptions } from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { describeSession } from "./bridge-lab.js";
import { nothingLeft, runRace, type Race, type RaceAction, type RaceEnds } from "./race-lab.js";

const sides = ["caller", "callee"] as const;
type Side = (typeof sides)[number];

const port = (owner: string, media: number): string => describeSession(owner).replace("4000", String(media));

/** What either end may do while the call stands. */
const inCall: readonly (readonly [name: string, act: (ends: RaceEnds, side: Side) => unknown])[] = [
  ["BYE", (ends, side) => ends[side].hangUp()],
  ["re-INVITE", (ends, side) => ends[side].reinvite({ sdp: port(side, side === "caller" ? 4100 : 4200) })],
  ["UPDATE", (ends, side) => ends[side].update({ sdp: port(side, side === "caller" ? 4300 : 4400) })],
  ["INFO", (ends, side) => ends[side].info("x", "text/plain")],
  ["MESSAGE", (ends, side) => ends[side].message("x")],
  ["hold", (ends, side) => ends[side].hold()],
  ["REFER", (ends, side) => ends[side].refer("<sip:carol@192.0.2.3>")],
];

/** What each end may do while it rings. */
const whileRinging: Readonly<Record<Side, readonly RaceAction[]>> = {
  caller: [
    { name: "CANCEL", act: ({ caller }) => caller.hangUp() },
    { name: "UPDATE", act: ({ caller }) => caller.update({ sdp: port("caller", 4300) }) },
  ],
  callee: [
    { name: "180", act: ({ callee }) => callee.progress() },
    {
      name: "reliable 183",
      act: ({ callee }) => callee.progress({ statusCode: 183, reliable: true, sdp: describeSession("bob") }),
    },
    { name: "200", act: ({ callee }) => callee.answer({ sdp: describeSession("bob") }) },
    { name: "486", act: ({ callee }) => callee.reject(486) },
    {
      name: "reliable 183 and 200",
      act: async ({ callee }) => {
        callee.progress({ statusCode: 183, reliable: true, sdp: describeSession("bob") });
        await callee.answer();
      },
    },
  ],
};

/** How messages travel, at one hop 20 ms. */
const networks: Readonly<Record<string, Race["conditions"]>> = {
  "a clean network": {},
  "a lossy network": { loss: 0.25 },
  "a network that doubles and reorders": { duplication: 0.5, reordering: 0.3, reorderDelay: 60 },
};

/** How much later the second is: they cross before the container, or behind it. By chance they do both elsewhere. */
const offsetsOf = (conditions: Race["conditions"]): readonly number[] =>
  Object.keys(conditions).length === 0 ? [1, 25] : [1];

function inCallActions(side: Side): readonly RaceAction[] {
  return inCall.map(([name, act]) => ({ name: `${name} of the ${side}`, act: (ends: RaceEnds) => act(ends, side) }));
}

/** Each action of one end with each of the other, in both orders. */
function pairs(
  callerActions: readonly RaceAction[],
  calleeActions: readonly RaceAction[],
): readonly (readonly RaceAction[])[] {
  return callerActions.flatMap((one) =>
    calleeActions.flatMap(
      (other) =>
        [
          [one, other],
          [other, one],
        ] as const,
    ),
  );
}

function table(isTalking: boolean): (readonly [name: string, race: Race])[] {
  const callerActions = isTalking ? inCallActions("caller") : whileRinging.caller;
  const calleeActions = isTalking ? inCallActions("callee") : whileRinging.callee;
  return pairs(callerActions, calleeActions).flatMap(([first, second]) =>
    first === undefined || second === undefined
      ? []
      : Object.entries(networks).flatMap(([network, conditions]) =>
          offsetsOf(conditions).map((later): readonly [string, Race] => [
            `${first.name}, ${later} ms later ${second.name}, over ${network}`,
            { first, second, later, isTalking, conditions },
          ]),
        ),
  );
}

describe.each([
  ["while it rings", false],
  ["while it stands", true],
])("messages of a bridged call that cross %s", (_name, isTalking) => {
  it.each(table(isTalking))("%s", async (_race, race) => {
    const { standing, agrees, left, trace } = await runRace(race);
    expect(standing[0], trace).toBe(standing[1]);
    expect(agrees, trace).toBe(true);
    expect(left, trace).toEqual(nothingLeft);
  });
});

/** What the bridge does by itself at a time of its own, and what may cross it. */
const own: readonly (readonly [name: string, options: BridgeOptions, isTalking: boolean])[] = [
  ["the ringing timeout", { ringingTimeout: 0.42 }, false],
  ["the longest duration", { maxDuration: 0.38 }, true],
];

const nothing: RaceAction = { name: "nothing", act: () => undefined };
const refer: RaceAction = { name: "REFER", act: ({ callee }) => callee.refer("<sip:carol@192.0.2.3>") };

function ownTable(): (readonly [name: string, race: Race])[] {
  const rows = own.flatMap(([name, options, isTalking]) => {
    const actions = sides.flatMap((side) => (isTalking ? inCallActions(side) : whileRinging[side]));
    return actions.map((first) => ({ name, options, isTalking, first, second: nothing, later: 1 }));
  });
  const transfers = [...inCallActions("caller"), ...inCallActions("callee")].flatMap((second) =>
    [1, 25, 60, 110].map((later) => {
      return {
        name: "a transfer",
        options: { transfers: "execute" as const },
        isTalking: true,
        first: refer,
        second,
        later,
      };
    }),
  );
  return [...rows, ...transfers].flatMap(({ name, ...race }) =>
    Object.entries(networks).map(([network, conditions]): readonly [string, Race] => {
      const action = race.second === nothing ? race.first : race.second;
      return [`${name} and, ${race.later} ms off, ${action.name}, over ${network}`, { ...race, conditions }];
    }),
  );
}

describe("messages of a bridged call that cross what the bridge does itself", () => {
  it.each(ownTable())("%s", async (_race, race) => {
    const { standing, agrees, left, trace } = await runRace(race);
    if (race.first !== refer) expect(standing[0], trace).toBe(standing[1]);
    expect(agrees, trace).toBe(true);
    expect(left, trace).toEqual(nothingLeft);
  });
});

describe("messages of a bridged call that never arrive", () => {
  it.each([
    ["every ACK of the caller", "ACK", "192.0.2.1"],
    ["every ACK of the bridge", "ACK", "192.0.2.10"],
    ["every 200 for the bridge", "200 INVITE", "192.0.2.2"],
    ["every 200 of the bridge", "200 INVITE", "192.0.2.10"],
    ["every PRACK of the caller", "PRACK", "192.0.2.1"],
    ["every PRACK of the bridge", "PRACK", "192.0.2.10"],
    ["every CANCEL of the bridge", "CANCEL", "192.0.2.10"],
    ["every BYE of the bridge", "BYE", "192.0.2.10"],
    ["every answer to a BYE", "200 BYE", "192.0.2.2"],
  ])("%s", async (_name, match, from) => {
    for (const first of [...whileRinging.callee, ...whileRinging.caller]) {
      const race = { first, second: nothing, later: 1, isTalking: false, conditions: {}, lost: { match, from } };
      const { standing, left, trace } = await runRace(race);
      expect(standing[0], trace).toBe(standing[1]);
      expect(left, trace).toEqual(nothingLeft);
    }
  });
});
