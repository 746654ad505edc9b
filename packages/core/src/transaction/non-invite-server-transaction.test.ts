import { optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineBench, ownAnswer, readRequest, transportError } from "../../test/transaction/machine-bench.js";
import { testEveryPair, testPairs, type WalkedMachine } from "../../test/transaction/table-walk.js";
import { ResponseBuilder } from "../message/response-builder.js";
import type { TransportProtocol } from "../transport/transport.js";
import { NonInviteServerTransaction, nonInviteServerTable } from "./non-invite-server-transaction.js";

type State = keyof typeof nonInviteServerTable;
type Event =
  | "retransmission"
  | "timerTrying"
  | "timerJ"
  | "sendEarlyTrying"
  | "sendTrying"
  | "sendFinal"
  | "giveUp"
  | "transportError"
  | "terminate";
const states: readonly State[] = ["trying", "proceeding", "completed", "terminated"];
const events: readonly Event[] = [
  ...(["retransmission", "timerTrying", "timerJ", "sendEarlyTrying", "sendTrying"] as const),
  ...(["sendFinal", "giveUp", "transportError", "terminate"] as const),
];

const branch = "z9hG4bK-1";
const options = readRequest(optionsText({ branch, sentBy: "192.0.2.2:5060" }));

/** The machine with its event input laid open; what it confirms is noted. */
class Probe extends NonInviteServerTransaction {
  fire(event: Event, confirmed: () => void): void {
    const statuses: Partial<Record<string, number>> = {
      sendEarlyTrying: 100,
      sendTrying: 100,
      sendFinal: 200,
      giveUp: 408,
    };
    const status = statuses[event];
    if (status !== undefined) this.handle(event, { response: ownAnswer(options, status), done: confirmed });
    else this.handle(event, event === "transportError" ? transportError() : undefined);
  }
}

async function start(protocol: TransportProtocol): Promise<{ bench: MachineBench; machine: Probe }> {
  const bench = await MachineBench.open(protocol);
  const machine = new Probe({ request: options, connection: bench.connection, key: "key" }, bench.context());
  machine.user = bench.serverUser;
  return { bench, machine };
}

async function reach(protocol: TransportProtocol, state: State): Promise<WalkedMachine<State, Event>> {
  const { bench, machine } = await start(protocol);
  machine.endDelivery();
  if (state === "proceeding") bench.clock.advance(3500);
  if (state === "completed") machine.respond(ownAnswer(options, 404));
  if (state === "terminated") machine.terminate();
  return { bench, machine, fire: (event) => machine.fire(event, () => bench.log.push("done")) };
}

const gone = ["out of the table", "tell gone"];
const ended = { next: "terminated", does: gone, due: [] } as const;

describe("RFC 3261 §17.2.2, RFC 4320 non-INVITE server transaction", () => {
  describe("over UDP, every state and event", () => {
    testEveryPair<State, Event>({
      table: nonInviteServerTable,
      states,
      events,
      repeating: ["timerTrying"],
      reach: (state) => reach("udp", state),
      expected: {
        trying: {
          timerTrying: { next: "proceeding", does: ["send 100"], due: [] },
          sendEarlyTrying: { next: "trying", does: ["done"], due: [3500] },
          sendTrying: { next: "proceeding", does: ["send 100", "done"], due: [] },
          sendFinal: { next: "completed", does: ["send 200", "done"], due: [32_000] },
          giveUp: { next: "completed", does: ["done"], due: [32_000] },
          transportError: { next: "trying", does: ["tell transport.failed"], due: [3500] },
          terminate: ended,
        },
        proceeding: {
          retransmission: { next: "proceeding", does: ["send 100 again"], due: [] },
          sendTrying: { next: "proceeding", does: ["send 100", "done"], due: [] },
          sendFinal: { next: "completed", does: ["send 200", "done"], due: [32_000] },
          giveUp: { next: "completed", does: ["done"], due: [32_000] },
          transportError: { next: "proceeding", does: ["tell transport.failed"], due: [] },
          terminate: ended,
        },
        completed: {
          retransmission: { next: "completed", does: ["send 404 again"], due: [32_000] },
          timerJ: ended,
          sendFinal: { next: "completed", does: ["done"], due: [32_000] },
          giveUp: { next: "completed", does: ["done"], due: [32_000] },
          transportError: { next: "completed", does: ["tell transport.failed"], due: [32_000] },
          terminate: ended,
        },
        terminated: {
          sendFinal: { next: "terminated", does: ["done"], due: [] },
          giveUp: { next: "terminated", does: ["done"], due: [] },
        },
      },
    });
  });

  describe("over TCP, every state and event that differs", () => {
    testPairs<State, Event>({
      states: ["trying", "proceeding"],
      events: ["sendFinal", "giveUp"],
      repeating: [],
      reach: (state) => reach("tcp", state),
      expected: {
        trying: {
          sendFinal: { next: "terminated", does: ["send 200", "done", ...gone], due: [] },
          giveUp: { next: "terminated", does: ["done", ...gone], due: [] },
        },
        proceeding: {
          sendFinal: { next: "terminated", does: ["send 200", "done", ...gone], due: [] },
          giveUp: { next: "terminated", does: ["done", ...gone], due: [] },
        },
      },
    });
  });

  describe("in trying", () => {
    it("drops repeats while nothing was answered", async () => {
      const { bench, machine } = await start("udp");
      machine.endDelivery();
      machine.receiveRetransmission();
      expect(bench.takeLog()).toEqual([]);
    });

    it.each(["udp", "tcp"] as const)(
      "sends 100 over %s after 3.5 s: the client now repeats each T2",
      async (protocol) => {
        const { bench, machine } = await start(protocol);
        machine.endDelivery();
        bench.clock.advance(3499);
        expect(bench.takeLog()).toEqual([]);
        bench.clock.advance(1);
        expect(bench.takeLog()).toEqual(["send 100"]);
        expect(machine.state).toBe("proceeding");
      },
    );

    it("holds a 100 of the user back over UDP until then, and sends it at once over TCP (RFC 4320 §4.1)", async () => {
      const [udp, tcp] = [await start("udp"), await start("tcp")];
      for (const { machine } of [udp, tcp]) {
        machine.respond(ownAnswer(options, 100));
        machine.endDelivery();
      }
      expect([udp.bench.takeLog(), tcp.bench.takeLog()]).toEqual([[], ["send 100"]]);
      udp.bench.clock.advance(3500);
      expect(udp.bench.takeLog()).toEqual(["send 100"]);
    });

    it.each([101, 180, 183])("refuses a %i: no provisional but 100 (RFC 4320 §4.1)", async (status) => {
      const { machine } = await start("tcp");
      expect(() => machine.respond(ownAnswer(options, status))).toThrow(/transaction does not allow this/);
    });

    it("sends no 408, absorbs what the client still repeats and lets go of the request (RFC 4320 §4.2)", async () => {
      const { bench, machine } = await start("udp");
      machine.endDelivery();
      bench.clock.advance(30_000);
      bench.takeLog();
      machine.respond(ownAnswer(options, 408));
      machine.receiveRetransmission();
      expect(bench.takeLog()).toEqual([]);
      expect([machine.state, machine.lastStatusCode]).toEqual(["completed", 408]);
      expect(() => machine.request).toThrow(/no longer kept/);
    });
  });

  describe("in completed", () => {
    it("answers repeats by the same octets for 64·T1", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(options, 200));
      for (let copy = 0; copy < 3; copy++) machine.receiveRetransmission();
      const texts = bench.network.trace.packets("200").map(({ message }) => message.text);
      expect([texts.length, new Set(texts).size]).toEqual([4, 1]);
      bench.clock.advance(32_000);
      expect(bench.takeLog().slice(-2)).toEqual(gone);
    });

    it("repeats octets beyond ASCII as they were", async () => {
      const { bench, machine } = await start("udp");
      const body = Buffer.from([0x00, 0xff, 0xc3, 0xbc, 0x0d, 0x0a, 0x80]);
      const answer = ResponseBuilder.from(ownAnswer(options, 200)).setBody(body, "application/octet-stream").build();
      machine.respond(answer);
      machine.receiveRetransmission();
      const [first, second] = bench.network.trace.packets("200").map(({ message }) => message.text);
      expect(second).toBe(first);
      expect(first?.endsWith(body.toString("latin1"))).toBe(true);
    });

    it("discards a second final response of the user", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(options, 200));
      machine.respond(ownAnswer(options, 500));
      machine.receiveRetransmission();
      expect(bench.takeLog()).toEqual(["send 200", "send 200 again"]);
    });

    it("refuses a provisional", async () => {
      const { machine } = await start("udp");
      machine.respond(ownAnswer(options, 200));
      expect(() => machine.respond(ownAnswer(options, 100))).toThrow(/100 after 200 to OPTIONS/);
    });
  });
});
