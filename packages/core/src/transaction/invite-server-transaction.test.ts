import { inviteText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineBench, ownAnswer, readRequest, transportError } from "../../test/transaction/machine-bench.js";
import { testEveryPair, testPairs, type WalkedMachine } from "../../test/transaction/table-walk.js";
import type { TransportProtocol } from "../transport/transport.js";
import { InviteServerTransaction, inviteServerTable } from "./invite-server-transaction.js";

type State = keyof typeof inviteServerTable;
type Event =
  | "retransmission"
  | "timerTrying"
  | "timerG"
  | "timerH"
  | "timerI"
  | "timerL"
  | "ack"
  | "sendProvisional"
  | "sendSuccess"
  | "sendFailure"
  | "transportError"
  | "terminate";
const states: readonly State[] = ["proceeding", "accepted", "completed", "confirmed", "terminated"];
const events: readonly Event[] = [
  ...(["retransmission", "timerTrying", "timerG", "timerH", "timerI", "timerL", "ack"] as const),
  ...(["sendProvisional", "sendSuccess", "sendFailure", "transportError", "terminate"] as const),
];

const branch = "z9hG4bK-1";
const invite = readRequest(inviteText({ branch, sentBy: "192.0.2.2:5060", headers: { Timestamp: "54.21" } }));

/** The machine with its event input laid open. */
class Probe extends InviteServerTransaction {
  fire(event: Event): void {
    const statuses: Partial<Record<string, number>> = { sendProvisional: 180, sendSuccess: 200, sendFailure: 486 };
    const status = statuses[event];
    if (status !== undefined) this.handle(event, { response: ownAnswer(invite, status), done: undefined });
    else this.handle(event, event === "transportError" ? transportError() : undefined);
  }
}

async function start(protocol: TransportProtocol): Promise<{ bench: MachineBench; machine: Probe }> {
  const bench = await MachineBench.open(protocol);
  const machine = new Probe({ request: invite, connection: bench.connection, key: "key" }, bench.context());
  machine.user = bench.serverUser;
  return { bench, machine };
}

async function reach(protocol: TransportProtocol, state: State): Promise<WalkedMachine<State, Event>> {
  const { bench, machine } = await start(protocol);
  machine.endDelivery();
  if (state === "accepted") machine.respond(ownAnswer(invite, 200));
  if (state === "completed" || state === "confirmed") machine.respond(ownAnswer(invite, 404));
  if (state === "confirmed") machine.receiveAck();
  if (state === "terminated") machine.terminate();
  return { bench, machine, fire: (event) => machine.fire(event) };
}

const gone = ["out of the table", "tell gone"];
const ended = { next: "terminated", does: gone, due: [] } as const;

describe("RFC 3261 §17.2.1, RFC 6026 §7.1 INVITE server transaction", () => {
  describe("over UDP, every state and event", () => {
    testEveryPair<State, Event>({
      table: inviteServerTable,
      states,
      events,
      repeating: ["timerTrying", "timerG"],
      reach: (state) => reach("udp", state),
      expected: {
        proceeding: {
          retransmission: { next: "proceeding", does: ["send 100"], due: [] },
          timerTrying: { next: "proceeding", does: ["send 100"], due: [] },
          sendProvisional: { next: "proceeding", does: ["send 180"], due: [] },
          sendSuccess: { next: "accepted", does: ["send 200"], due: [32_000] },
          sendFailure: { next: "completed", does: ["send 486"], due: [500, 32_000] },
          transportError: { next: "proceeding", does: ["tell transport.failed"], due: [200] },
          terminate: ended,
        },
        accepted: {
          sendSuccess: { next: "accepted", does: ["send 200"], due: [32_000] },
          timerL: ended,
          transportError: { next: "accepted", does: ["tell transport.failed"], due: [32_000] },
          terminate: ended,
        },
        completed: {
          retransmission: { next: "completed", does: ["send 404 again"], due: [500, 32_000] },
          timerG: { next: "completed", does: ["send 404 again"], due: [1000, 31_500] },
          timerH: { next: "terminated", does: ["tell timeout", ...gone], due: [] },
          ack: { next: "confirmed", does: [], due: [5000] },
          transportError: { next: "completed", does: ["tell transport.failed"], due: [500, 32_000] },
          terminate: ended,
        },
        confirmed: { timerI: ended, terminate: ended },
      },
    });
  });

  describe("over TCP, every state and event that differs", () => {
    testPairs<State, Event>({
      states: ["proceeding", "completed"],
      events: ["sendSuccess", "sendFailure", "ack"],
      repeating: [],
      reach: (state) => reach("tcp", state),
      expected: {
        proceeding: {
          sendSuccess: { next: "accepted", does: ["send 200"], due: [32_000] },
          sendFailure: { next: "completed", does: ["send 486"], due: [32_000] },
        },
        completed: { ack: ended },
      },
    });
  });

  describe("in proceeding", () => {
    it("sends 100 when nothing was answered for 200 ms: no tag, Timestamp copied (checklist 28)", async () => {
      const { bench, machine } = await start("udp");
      machine.endDelivery();
      bench.clock.advance(199);
      expect(bench.sentAt("100")).toEqual([]);
      bench.clock.advance(1);
      const [trying] = bench.network.trace.packets("100").map(({ message }) => message);
      expect([trying?.toTag, trying?.header("Timestamp"), trying?.branch]).toEqual([undefined, "54.21", branch]);
    });

    it("sends none when the user answers at once", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(invite, 180));
      machine.endDelivery();
      bench.clock.advance(1000);
      expect(bench.takeLog()).toEqual(["send 180"]);
    });

    it("answers a repeat by the last provisional, by 100 if there is none", async () => {
      const { bench, machine } = await start("udp");
      machine.endDelivery();
      machine.receiveRetransmission();
      machine.receiveRetransmission();
      for (const status of [180, 183]) machine.respond(ownAnswer(invite, status));
      machine.receiveRetransmission();
      bench.clock.advance(1000);
      expect(bench.takeLog()).toEqual(["send 100", "send 100 again", "send 180", "send 183", "send 183 again"]);
    });

    it("drops an ACK", async () => {
      const { bench, machine } = await start("udp");
      expect(machine.receiveAck()).toBe(false);
      expect([machine.state, bench.takeLog()]).toEqual(["proceeding", []]);
    });
  });

  describe("in accepted", () => {
    it("neither repeats the 2xx nor answers the INVITE, but hands the ACK up (checklist 11)", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(invite, 200));
      machine.receiveRetransmission();
      bench.clock.advance(31_999);
      expect(bench.sentAt("200")).toEqual([0]);
      expect(machine.receiveAck()).toBe(true);
      bench.clock.advance(1);
      expect(bench.takeLog()).toEqual(["send 200", ...gone]);
    });

    it("sends each 2xx of the user, over TCP too", async () => {
      const { bench, machine } = await start("tcp");
      for (const wait of [0, 500, 1000]) {
        bench.clock.advance(wait);
        machine.respond(ownAnswer(invite, 200));
      }
      expect(bench.sentAt("200")).toEqual([0, 500, 1500]);
    });

    it.each([100, 180, 302, 486])("refuses a %i from the user", async (status) => {
      const { machine } = await start("udp");
      machine.respond(ownAnswer(invite, 200));
      expect(() => machine.respond(ownAnswer(invite, status))).toThrow(/after 200 to INVITE in state accepted/);
    });
  });

  describe("in completed", () => {
    it("repeats at .5, 1.5, 3.5, 7.5 s and each 4 s until 32 s, then tells the user (checklist 12)", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(invite, 486));
      bench.clock.advance(31_999);
      expect(bench.sentAt("486")).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
      bench.takeLog();
      bench.clock.advance(1);
      expect(bench.takeLog()).toEqual(["tell timeout", ...gone]);
    });

    it("waits for the ACK over TCP without repeating (checklist 18)", async () => {
      const { bench, machine } = await start("tcp");
      machine.respond(ownAnswer(invite, 486));
      bench.clock.advance(32_000);
      expect(bench.takeLog()).toEqual(["send 486", "tell timeout", ...gone]);
    });

    it("goes on repeating although a repeat fails (RFC 6026 §8.8)", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(invite, 486));
      bench.network.fail("486", { nth: 1 });
      bench.clock.advance(2000);
      expect(bench.log).toContain("tell transport.failed");
      expect(bench.sentAt("486")).toEqual([0, 500, 1500]);
    });

    it.each([180, 200, 500])("refuses a %i from the user", async (status) => {
      const { machine } = await start("udp");
      machine.respond(ownAnswer(invite, 486));
      expect(() => machine.respond(ownAnswer(invite, status))).toThrow(/transaction does not allow this/);
    });
  });

  describe("in confirmed", () => {
    it("absorbs repeats of INVITE and ACK for T4 (checklist 11)", async () => {
      const { bench, machine } = await start("udp");
      machine.respond(ownAnswer(invite, 486));
      machine.receiveAck();
      bench.takeLog();
      machine.receiveRetransmission();
      expect(machine.receiveAck()).toBe(false);
      bench.clock.advance(4999);
      expect(bench.takeLog()).toEqual([]);
      bench.clock.advance(1);
      expect(bench.takeLog()).toEqual(gone);
    });
  });

  describe("with its final response sent", () => {
    it.each([200, 486])("keeps the octets of the %i and nothing of the request", async (status) => {
      const { machine } = await start("udp");
      machine.respond(ownAnswer(invite, status));
      expect(machine.request).toBe(invite); // for the user, to the end of the call that brought it
      machine.endDelivery();
      expect(() => machine.request).toThrow(/no longer kept/);
      expect([machine.method, machine.lastStatusCode]).toEqual(["INVITE", status]);
    });
  });

  describe("when the transport throws", () => {
    it("tells user and sender, and stays", async () => {
      const bench = await MachineBench.open("udp");
      const context = bench.context<never>();
      const responseConnection = (): never => {
        throw new RangeError("no way");
      };
      const broken = { ...context, sender: { ...context.sender, responseConnection } };
      const machine = new InviteServerTransaction(
        { request: invite, connection: bench.connection, key: "key" },
        broken,
      );
      machine.user = bench.serverUser;
      const told: unknown[] = [];
      machine.respond(ownAnswer(invite, 180), (error) => told.push(error?.code));
      expect([told, bench.takeLog()]).toEqual([["transport.failed"], ["tell transport.failed"]]);
      expect(machine.state).toBe("proceeding");
    });
  });
});
