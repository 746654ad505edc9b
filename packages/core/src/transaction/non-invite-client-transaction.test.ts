import { optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineBench, answerTo, readRequest, transportError } from "../../test/transaction/machine-bench.js";
import { testEveryPair, testPairs, type WalkedMachine } from "../../test/transaction/table-walk.js";
import type { SipResponse } from "../message/sip-response.js";
import type { TransportProtocol } from "../transport/transport.js";
import { NonInviteClientTransaction, nonInviteClientTable } from "./non-invite-client-transaction.js";

type State = keyof typeof nonInviteClientTable;
type Event = "timerE" | "timerF" | "timerK" | "provisional" | "final" | "transportError" | "terminate";
const states: readonly State[] = ["trying", "proceeding", "completed", "terminated"];
const events: readonly Event[] = ["timerE", "timerF", "timerK", "provisional", "final", "transportError", "terminate"];

const branch = "z9hG4bK-1";
const options = readRequest(optionsText({ branch }));

/** The machine with its event input laid open. */
class Probe extends NonInviteClientTransaction {
  fire(event: Event): void {
    const subjects: Partial<Record<string, SipResponse>> = {
      provisional: answerTo(options, 100),
      final: answerTo(options, 200),
    };
    this.handle(event, event === "transportError" ? transportError() : subjects[event]);
  }
}

async function start(protocol: TransportProtocol): Promise<{ bench: MachineBench; machine: Probe }> {
  const bench = await MachineBench.open(protocol);
  const parts = { request: options, branch, connection: bench.connection, user: bench.clientUser };
  const machine = new Probe(parts, bench.context());
  machine.start();
  return { bench, machine };
}

async function reach(protocol: TransportProtocol, state: State): Promise<WalkedMachine<State, Event>> {
  const { bench, machine } = await start(protocol);
  if (state === "proceeding") machine.receiveResponse(answerTo(options, 100));
  if (state === "completed") machine.receiveResponse(answerTo(options, 404));
  if (state === "terminated") machine.terminate();
  return { bench, machine, fire: (event) => machine.fire(event) };
}

const gone = ["out of the table", "tell gone"];
const ended = { next: "terminated", does: gone, due: [] } as const;
const timedOut = { next: "terminated", does: ["tell timeout", ...gone], due: [] } as const;
const failed = { next: "terminated", does: ["tell transport.failed", ...gone], due: [] } as const;

describe("RFC 3261 §17.1.2 non-INVITE client transaction", () => {
  describe("over UDP, every state and event", () => {
    testEveryPair<State, Event>({
      table: nonInviteClientTable,
      states,
      events,
      repeating: ["timerE"],
      reach: (state) => reach("udp", state),
      expected: {
        trying: {
          timerE: { next: "trying", does: ["send OPTIONS again"], due: [1000, 31_500] },
          timerF: timedOut,
          provisional: { next: "proceeding", does: ["tell 100"], due: [500, 32_000] },
          final: { next: "completed", does: ["tell 200"], due: [5000] },
          transportError: failed,
          terminate: ended,
        },
        proceeding: {
          timerE: { next: "proceeding", does: ["send OPTIONS again"], due: [4000, 31_500] },
          timerF: timedOut,
          provisional: { next: "proceeding", does: ["tell 100"], due: [500, 32_000] },
          final: { next: "completed", does: ["tell 200"], due: [5000] },
          transportError: failed,
          terminate: ended,
        },
        completed: { timerK: ended, terminate: ended },
      },
    });
  });

  describe("over TCP, every state and event that differs", () => {
    const finished = { next: "terminated", does: ["tell 200", ...gone], due: [] } as const;
    testPairs<State, Event>({
      states: ["trying", "proceeding"],
      events: ["provisional", "final"],
      repeating: [],
      reach: (state) => reach("tcp", state),
      expected: {
        trying: { provisional: { next: "proceeding", does: ["tell 100"], due: [32_000] }, final: finished },
        proceeding: { provisional: { next: "proceeding", does: ["tell 100"], due: [32_000] }, final: finished },
      },
    });
  });

  describe("in trying", () => {
    it("repeats over UDP with intervals that double up to T2, 11 copies, and gives up at 32 s (checklist 9)", async () => {
      const { bench, machine } = await start("udp");
      bench.clock.advance(31_999);
      const expected = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
      expect(bench.sentAt("OPTIONS")).toEqual(expected);
      expect(machine.state).toBe("trying");
      bench.clock.advance(1);
      expect(bench.takeLog().slice(-3)).toEqual(["tell timeout", ...gone]);
    });

    it("never repeats over TCP, and gives up at 32 s all the same (checklist 18)", async () => {
      const { bench } = await start("tcp");
      bench.clock.advance(32_000);
      expect(bench.log).toEqual(["send OPTIONS", "tell timeout", ...gone]);
    });

    it.each(["udp", "tcp"] as const)("ends at once when the first send fails over %s", async (protocol) => {
      const bench = await MachineBench.open(protocol);
      bench.network.fail("OPTIONS");
      const parts = { request: options, branch, connection: bench.connection, user: bench.clientUser };
      new NonInviteClientTransaction(parts, bench.context()).start();
      expect(bench.takeLog()).toEqual(["send OPTIONS", "tell transport.failed", ...gone]);
      expect(bench.timerList.due).toEqual([]);
    });
  });

  describe("in proceeding", () => {
    it("repeats every T2 from the next repeat on, the term as before (checklist 10)", async () => {
      const { bench, machine } = await start("udp");
      bench.clock.advance(600);
      machine.receiveResponse(answerTo(options, 100));
      bench.clock.advance(31_399);
      expect(bench.sentAt("OPTIONS")).toEqual([0, 500, 1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500]);
      expect(machine.state).toBe("proceeding");
      bench.clock.advance(1);
      expect(bench.log).toContain("tell timeout");
    });
  });

  describe("in completed", () => {
    it("absorbs every response for T4, and nobody hears of the transport any more", async () => {
      const { bench, machine } = await start("udp");
      machine.receiveResponse(answerTo(options, 200));
      bench.takeLog();
      for (const status of [100, 200, 404]) machine.receiveResponse(answerTo(options, status));
      machine.receiveTransportError(transportError());
      bench.clock.advance(4999);
      expect(bench.takeLog()).toEqual([]);
      bench.clock.advance(1);
      expect(bench.takeLog()).toEqual(gone);
    });
  });
});
