import type { Proxy } from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { nothingIsLeft, runProxyRace, type ProxyRace, type ProxyRaceAction } from "./proxy-race-lab.js";

const act = (name: string, action: ProxyRaceAction["act"]): ProxyRaceAction => ({ name, act: action });

const nothing = act("nothing", () => undefined);

/** What a phone may do while it rings. */
function answersOf(who: string, index: number): readonly ProxyRaceAction[] {
  return [
    act(`180 of ${who}`, ({ phones }) => phones[index]?.progress()),
    act(`200 of ${who}`, ({ phones }) => phones[index]?.answer()),
    act(`486 of ${who}`, ({ phones }) => phones[index]?.reject(486)),
    act(`603 of ${who}`, ({ phones }) => phones[index]?.reject(603)),
    act(`302 of ${who}`, ({ phones }) => phones[index]?.redirect(["<sip:dave@192.0.2.4>"])),
  ];
}

/** What happens to a call from above while it rings. */
const fromAbove: readonly ProxyRaceAction[] = [
  act("CANCEL of the caller", ({ caller }) => caller.hangUp()),
  act("Proxy.cancel", ({ proxy }) => proxy.cancel()),
  act("cancel of a branch", ({ proxy }) => proxy.proxyBranches[0]?.cancel()),
  act("the end by the application", ({ proxy }) => proxy.originalRequest.session.terminateProxiedDialog()),
  act("an answer of the application", ({ proxy }) => proxy.originalRequest.createResponse(480).send()),
];

/** What happens to a call that stands. */
const inCall: readonly (readonly [name: string, caller: ProxyRaceAction["act"], callee: ProxyRaceAction["act"]])[] = [
  ["BYE", ({ caller }) => caller.hangUp(), ({ phones }) => phones[0]?.hangUp()],
  ["re-INVITE", ({ caller }) => caller.reinvite(), ({ phones }) => phones[0]?.reinvite()],
  ["UPDATE", ({ caller }) => caller.update(), ({ phones }) => phones[0]?.update()],
  ["INFO", ({ caller }) => caller.info("x", "text/plain"), ({ phones }) => phones[0]?.info("x", "text/plain")],
];
const ofCaller = inCall.map(([name, caller]) => act(`${name} of the caller`, caller));
const ofCallee = [
  ...inCall.map(([name, , callee]) => act(`${name} of the callee`, callee)),
  act("the end by the application", ({ proxy }) => proxy.originalRequest.session.terminateProxiedDialog()),
];

/** How a message travels, at one hop 20 ms, and how much later the second is: they cross before the container, or behind it. */
interface Course {
  readonly network: string;
  readonly later: number;
  readonly conditions: ProxyRace["conditions"];
}

const clean: readonly Course[] = [1, 25].map((later) => ({ network: "a clean network", later, conditions: {} }));
const bad: readonly Course[] = [
  { network: "a lossy network", later: 1, conditions: { loss: 0.25 } },
  {
    network: "a network that doubles and reorders",
    later: 25,
    conditions: { duplication: 0.5, reordering: 0.3, reorderDelay: 60 },
  },
];

/** The clean network, and the two bad ones in turn. */
function coursesOf(index: number): readonly Course[] {
  return [...clean, ...bad.slice(index % 2, (index % 2) + 1)];
}

type Rest = Omit<ProxyRace, "first" | "second" | "later" | "conditions">;

/** Each of the one with each of the other, in both orders. */
function table(
  ones: readonly ProxyRaceAction[],
  others: readonly ProxyRaceAction[],
  rest: Rest,
): (readonly [name: string, race: ProxyRace])[] {
  const pairs = ones.flatMap((one) =>
    others.flatMap((other) => [
      { first: one, second: other },
      { first: other, second: one },
    ]),
  );
  return pairs.flatMap((pair, index) =>
    coursesOf(index).map(({ network, later, conditions }): readonly [string, ProxyRace] => [
      `${pair.first.name}, ${later} ms later ${pair.second.name}, over ${network}`,
      { ...pair, ...rest, later, conditions },
    ]),
  );
}

async function settle(race: ProxyRace): Promise<void> {
  const { standing, left, trace } = await runProxyRace(race);
  expect(standing.caller, trace).toBe(standing.phones);
  expect(left, trace).toEqual(nothingIsLeft);
}

describe("messages of a proxied call that cross while one phone rings", () => {
  it.each([
    ["the 200 of the phone stands", answersOf("bob", 0)[1], 1],
    ["the CANCEL of the caller does not", fromAbove[0], 0],
  ] as const)("leave what both ends agree on: %s", async (_name, first, calls) => {
    if (first === undefined) throw new RangeError("no such action");
    const race = { first, second: nothing, later: 1, phones: 1, isTalking: false, conditions: {} } as const;
    const { standing } = await runProxyRace(race);
    expect(standing).toEqual({ caller: calls, phones: calls });
  });

  it.each(table(fromAbove, answersOf("bob", 0), { phones: 1, isTalking: false }))("%s", (_name, race) => settle(race));
});

describe("messages of a forked call that cross while both phones ring", () => {
  it.each(table(answersOf("bob", 0), answersOf("carol", 1), { phones: 2, isTalking: false }))("%s", (_name, race) =>
    settle(race),
  );

  it.each(table(fromAbove.slice(0, 2), answersOf("carol", 1), { phones: 2, isTalking: false }))("%s", (_name, race) =>
    settle(race),
  );
});

describe("messages of a proxied call that cross while it stands", () => {
  it.each(table(ofCaller, ofCallee, { phones: 1, isTalking: true }))("%s", (_name, race) => settle(race));
});

describe("messages of a proxied call that cross while handlers take 30 ms over each", () => {
  const slow = { isTalking: false, thinking: 30 } as const;
  it.each([
    ...table(fromAbove.slice(0, 2), answersOf("bob", 0), { ...slow, phones: 1 }),
    ...table(answersOf("bob", 0).slice(1, 3), answersOf("carol", 1).slice(1), { ...slow, phones: 2 }),
    ...table(ofCaller.slice(0, 2), ofCallee.slice(0, 2), { ...slow, phones: 1, isTalking: true }),
  ])("%s", (_name, race) => settle(race));
});

describe("messages of a proxied call that cross the time it was given", () => {
  /** The time is up when the first of them is sent, a little before or a little behind. */
  const timeouts = [0.41, 0.43, 0.46];
  const rows = timeouts.flatMap((seconds) =>
    [true, false].flatMap((parallel) =>
      [...fromAbove.slice(0, 1), ...answersOf("bob", 0)].flatMap((first, index) =>
        coursesOf(index)
          .slice(1)
          .map(({ network, conditions }): readonly [string, ProxyRace] => [
            `${first.name}, with ${seconds} s for ${parallel ? "all" : "each"}, over ${network}`,
            {
              first,
              second: nothing,
              later: 1,
              phones: 2,
              isTalking: false,
              conditions,
              prepare: (proxy: Proxy) => Object.assign(proxy, { parallel, proxyTimeout: seconds }),
            },
          ]),
      ),
    ),
  );
  it.each(rows)("%s", (_name, race) => settle(race));
});
