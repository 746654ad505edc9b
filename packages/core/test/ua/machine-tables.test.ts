import { describe, expect, it } from "vitest";
import { StateMachine } from "../../src/transaction/state-machine.js";
import type { TransitionTable } from "../../src/transaction/transition-table.js";
import { notifierTable } from "../../src/ua/event/notifier/notifier-table.js";
import { publicationTable } from "../../src/ua/event/publication/publication-table.js";
import { subscriptionTable } from "../../src/ua/event/subscriber/subscription-table.js";
import { registrationTable } from "../../src/ua/registration/registration-table.js";

type AnyTable = TransitionTable<string, string, string>;

/** A machine that writes down what it would do. */
class WrittenMachine extends StateMachine<string, string, string, undefined> {
  readonly done: string[] = [];

  fire(event: string): void {
    this.handle(event);
  }

  protected override run(action: string): void {
    this.done.push(action);
  }

  protected override onActionFailed(error: unknown): void {
    throw error;
  }
}

interface Walk {
  readonly table: AnyTable;
  readonly events: readonly string[];
  /** `state: event next action …`, a line for each pair that does something. */
  readonly expected: string;
}

/** Fires every event in every state: what is expected happens, all else is absorbed. */
function walk({ table, events, expected }: Walk): void {
  const lines = expected.trim().split(/\s*\n\s*/);
  for (const state of Object.keys(table)) {
    for (const event of events) {
      const line = lines.find((each) => each.startsWith(`${state}: ${event} `));
      it(`${state} × ${event} → ${line === undefined ? "absorbed" : line.split(" ").slice(2).join(" ")}`, () => {
        const machine = new WrittenMachine(table, state);
        machine.fire(event);
        const [next = state, ...actions] = line?.split(" ").slice(2) ?? [];
        expect([machine.state, ...machine.done]).toEqual([next, ...actions]);
      });
    }
  }

  it("knows no other event", () => {
    const inTable = Object.values(table).flatMap((row) => Object.keys(row));
    expect(inTable.filter((event) => !events.includes(event))).toEqual([]);
    expect(inTable).toHaveLength(lines.length);
  });
}

describe("RFC 3261 §10.2 registration machine", () => {
  walk({
    table: registrationTable,
    events: ["register", "remove", "due", "granted", "amended", "failed", "refused", "removed", "flowFailed"],
    expected: `
      idle: register registering send
      idle: remove removing sendRemoval
      registering: granted registered record
      registering: amended registering send
      registering: failed waiting backOff
      registering: refused failed giveUp
      registering: remove withdrawing
      registered: register registering send
      registered: due registering send
      registered: flowFailed registering rebuild send
      registered: remove removing sendRemoval
      waiting: register registering send
      waiting: due registering send
      waiting: remove removing sendRemoval
      failed: register registering send
      failed: remove removing sendRemoval
      withdrawing: granted removing sendRemoval
      withdrawing: amended removing sendRemoval
      withdrawing: failed removing sendRemoval
      withdrawing: refused removing sendRemoval
      withdrawing: register registering
      removing: removed idle clear
      removing: register returning
      returning: removed registering clear send
      returning: remove removing`,
  });
});

describe("RFC 6665 §4.1.2 subscriber machine", () => {
  walk({
    table: subscriptionTable,
    events: ["subscribe", "notifyPending", "notifyActive", "notifyTerminated", "refused", "timerN", "due", "expired"],
    expected: `
      init: subscribe notify_wait send
      notify_wait: notifyPending pending begin renew
      notify_wait: notifyActive active begin renew
      notify_wait: notifyTerminated terminated end
      notify_wait: refused terminated end
      notify_wait: timerN terminated end
      pending: notifyPending pending renew
      pending: notifyActive active renew
      pending: notifyTerminated terminated end
      pending: due pending refresh
      pending: refused terminated end
      pending: timerN terminated end
      pending: expired terminated end
      active: notifyPending pending renew
      active: notifyActive active renew
      active: notifyTerminated terminated end
      active: due active refresh
      active: refused terminated end
      active: timerN terminated end
      active: expired terminated end`,
  });
});

describe("RFC 6665 §4.2.2 notifier machine", () => {
  walk({
    table: notifierTable,
    events: ["granted", "asked", "refreshed", "changed", "ended", "failed"],
    expected: `
      resp_wait: granted active notify
      resp_wait: asked pending notify
      resp_wait: ended terminated notifyLast
      pending: granted active notify
      pending: refreshed pending notify
      pending: ended terminated notifyLast
      pending: failed terminated stop
      active: asked pending notify
      active: refreshed active notify
      active: changed active notify
      active: ended terminated notifyLast
      active: failed terminated stop`,
  });
});

describe("RFC 3903 §4 publication machine", () => {
  walk({
    table: publicationTable,
    events: ["publish", "remove", "due", "granted", "amended", "failed", "refused", "removed"],
    expected: `
      idle: publish publishing send
      publishing: granted published record
      publishing: amended publishing send
      publishing: failed waiting backOff
      publishing: refused failed giveUp
      published: publish publishing send
      published: due publishing send
      published: remove removing sendRemoval
      waiting: publish publishing send
      waiting: due publishing send
      waiting: remove removing sendRemoval
      failed: publish publishing send
      failed: remove removing sendRemoval
      removing: removed idle clear`,
  });
});
