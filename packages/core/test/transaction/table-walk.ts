import { expect, it } from "vitest";
import type { TransitionTable } from "../../src/transaction/transition-table.js";
import type { MachineBench } from "./machine-bench.js";

/** What a (state, event) pair must do: the next state, what is sent and told, and the timers that run afterwards. */
export interface ExpectedTransition<State extends string> {
  readonly next: State;
  readonly does: readonly string[];
  /** When they are due, in milliseconds from then. */
  readonly due: readonly number[];
}

/** A machine brought into a state. */
export interface WalkedMachine<State extends string, Event extends string> {
  readonly bench: MachineBench;
  readonly machine: { readonly state: State; terminate(): void };
  fire(event: Event): void;
}

/** A walk over the table of a machine. */
export interface TableWalk<State extends string, Event extends string> {
  /** The table of the machine: nothing may stand in it that the walk does not know. */
  readonly table: TransitionTable<State, Event, string>;
  readonly states: readonly State[];
  readonly events: readonly Event[];
  /** What RFC 3261 and RFC 6026 ask for; what is not here has to be absorbed. */
  readonly expected: { readonly [S in State]?: { readonly [E in Event]?: ExpectedTransition<State> } };
  /** Events of timers that repeat: they come by moving the clock where they are the next. */
  readonly repeating: readonly Event[];
  /** Makes a fresh machine and brings it into a state. */
  reach(state: State): Promise<WalkedMachine<State, Event>>;
}

/** Makes one test for every pair of state and event: those expected happen, all others are absorbed. */
export function testEveryPair<State extends string, Event extends string>(walk: TableWalk<State, Event>): void {
  it("knows no other state and no other event", () => {
    const inTable = Object.values<object>(walk.table).flatMap((row) => Object.keys(row));
    expect(inTable.filter((event) => !(walk.events as readonly string[]).includes(event))).toEqual([]);
    expect(Object.keys(walk.table).toSorted()).toEqual([...walk.states].toSorted());
  });

  walkPairs(walk);
}

/** As `testEveryPair`, for a part of the table. */
export function testPairs<State extends string, Event extends string>(
  walk: Omit<TableWalk<State, Event>, "table">,
): void {
  walkPairs(walk);
}

function walkPairs<State extends string, Event extends string>(walk: Omit<TableWalk<State, Event>, "table">): void {
  for (const state of walk.states) {
    for (const event of walk.events) {
      const expected = walk.expected[state]?.[event];
      it(`${state} × ${event} → ${expected?.next ?? "absorbed"}`, async () => {
        const { bench, machine, fire } = await walk.reach(state);
        expect(machine.state).toBe(state);
        const due = bench.timerList.due;
        bench.takeLog();
        if (expected !== undefined && walk.repeating.includes(event)) bench.clock.advance(due[0] ?? 0);
        else fire(event);
        expect(machine.state).toBe(expected?.next ?? state);
        expect(bench.takeLog()).toEqual(expected?.does ?? []);
        expect(bench.timerList.due).toEqual(expected?.due ?? due);
        machine.terminate();
        expect(bench.timerList.due).toEqual([]);
      });
    }
  }
}
