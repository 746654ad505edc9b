import { inviteText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MachineBench, answerTo, readRequest, transportError } from "../../test/transaction/machine-bench.js";
import { testEveryPair, testPairs, type WalkedMachine } from "../../test/transaction/table-walk.js";
import type { SipResponse } from "../message/sip-response.js";
import type { TransportProtocol } from "../transport/transport.js";
import { InviteClientTransaction, inviteClientTable } from "./invite-client-transaction.js";

type State = keyof typeof inviteClientTable;
const states: readonly State[] = ["calling", "proceeding", "completed", "accepted", "terminated"];
const events = "timerA timerB timerD timerM provisional success failure transportError terminate".split(
  " ",
) as readonly Event[];
type Event = Parameters<Probe["fire"]>[0];

const branch = "z9hG4bK-1";
const invite = readRequest(inviteText({ branch, route: ["<sip:p1.example.com;lr>"] }));

/** The machine with its event input laid open. */
class Probe extends InviteClientTransaction {
  fire(
    event:
      | "timerA"
      | "timerB"
      | "timerD"
      | "timerM"
      | "provisional"
      | "success"
      | "failure"
      | "transportError"
      | "terminate",
  ): void {
    const subjects: Partial<Record<string, SipResponse>> = {
      provisional: answerTo(invite, 180),
      success: answerTo(invite, 200),
      failure: answerTo(invite, 486),
    };
    this.handle(event, event === "transportError" ? transportError() : subjects[event]);
  }
}

async function start(protocol: TransportProtocol): Promise<{ bench: MachineBench; machine: Probe }> {
  const bench = await MachineBench.open(protocol);
  const parts = { request: invite, branch, connection: bench.connection, user: bench.clientUser };
  const machine = new Probe(parts, bench.context());
  machine.start();
  return { bench, machine };
}

async function reach(protocol: TransportProtocol, state: State): Promise<WalkedMachine<State, Event>> {
  const { bench, machine } = await start(protocol);
  if (state === "proceeding") machine.receiveResponse(answerTo(invite, 100));
  if (state === "accepted") machine.receiveResponse(answerTo(invite, 200));
  if (state === "completed") machine.receiveResponse(answerTo(invite, 404));
  if (state === "terminated") machine.terminate();
  return { bench, machine, fire: (event) => machine.fire(event) };
}

const gone = ["out of the table", "tell gone"];
const ended = { next: "terminated", does: gone, due: [] } as const;

describe("RFC 3261 §17.1.1, RFC 6026 §7.2 INVITE client transaction", () => {
  describe("over UDP, every state and event", () => {
    testEveryPair<State, Event>({
      table: inviteClientTable,
      states,
      events,
      repeating: ["timerA"],
      reach: (state) => reach("udp", state),
      expected: {
        calling: {
          timerA: { next: "calling", does: ["send INVITE again"], due: [1000, 31_500] },
          timerB: { next: "terminated", does: ["tell timeout", ...gone], due: [] },
          provisional: { next: "proceeding", does: ["tell 180"], due: [] },
          success: { next: "accepted", does: ["tell 200"], due: [32_000] },
          failure: { next: "completed", does: ["send ACK", "tell 486"], due: [32_000] },
          transportError: { next: "terminated", does: ["tell transport.failed", ...gone], due: [] },
          terminate: ended,
        },
        proceeding: {
          provisional: { next: "proceeding", does: ["tell 180"], due: [] },
          success: { next: "accepted", does: ["tell 200"], due: [32_000] },
          failure: { next: "completed", does: ["send ACK", "tell 486"], due: [32_000] },
          transportError: { next: "terminated", does: ["tell transport.failed", ...gone], due: [] },
          terminate: ended,
        },
        accepted: {
          success: { next: "accepted", does: ["tell 200"], due: [32_000] },
          timerM: ended,
          terminate: ended,
        },
        completed: {
          failure: { next: "completed", does: ["send ACK again"], due: [32_000] },
          timerD: ended,
          transportError: { next: "terminated", does: ["tell transport.failed", ...gone], due: [] },
          terminate: ended,
        },
      },
    });
  });

  describe("over TCP, every state and event that differs", () => {
    const failed = { next: "terminated", does: ["send ACK", "tell 486", ...gone], due: [] } as const;
    testPairs<State, Event>({
      states: ["calling", "proceeding"],
      events: ["success", "failure"],
      repeating: [],
      reach: (state) => reach("tcp", state),
      expected: {
        calling: { success: { next: "accepted", does: ["tell 200"], due: [32_000] }, failure: failed },
        proceeding: { success: { next: "accepted", does: ["tell 200"], due: [32_000] }, failure: failed },
      },
    });
  });

  describe("in calling", () => {
    it("repeats over UDP at 0, .5, 1.5, 3.5, 7.5, 15.5 and 31.5 s and gives up at 32 s (checklist 8)", async () => {
      const { bench, machine } = await start("udp");
      bench.clock.advance(31_999);
      expect(bench.sentAt("INVITE")).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
      expect(bench.takeLog()).not.toContain("tell timeout");
      bench.clock.advance(1);
      expect(bench.takeLog()).toEqual(["tell timeout", ...gone]);
      expect(machine.isTerminated).toBe(true);
    });

    it("never repeats over TCP, and gives up at 32 s all the same (checklist 18)", async () => {
      const { bench } = await start("tcp");
      bench.clock.advance(32_000);
      expect(bench.sentAt("INVITE")).toEqual([0]);
      expect(bench.log.slice(1)).toEqual(["tell timeout", ...gone]);
    });

    it("sends the same octets each time", async () => {
      const { bench } = await start("udp");
      bench.clock.advance(32_000);
      const texts = bench.network.trace.packets("INVITE").map(({ message }) => message.text);
      expect(new Set(texts).size).toBe(1);
    });

    it("stops repeating on 1xx and waits without a term (checklist 10)", async () => {
      const { bench, machine } = await start("udp");
      bench.clock.advance(600);
      machine.receiveResponse(answerTo(invite, 180));
      bench.clock.advance(3_600_000);
      expect(bench.sentAt("INVITE")).toEqual([0, 500]);
      expect(machine.state).toBe("proceeding");
    });

    it("ends at once when the first send fails, and leaves nothing running", async () => {
      const bench = await MachineBench.open("udp");
      bench.network.fail("INVITE");
      const parts = { request: invite, branch, connection: bench.connection, user: bench.clientUser };
      const machine = new InviteClientTransaction(parts, bench.context());
      machine.start();
      expect(bench.takeLog()).toEqual(["send INVITE", "tell transport.failed", ...gone]);
      expect(bench.timerList.due).toEqual([]);
    });

    it("ends when a repeat fails", async () => {
      const { bench, machine } = await start("udp");
      bench.network.fail("INVITE");
      bench.clock.advance(500);
      expect(machine.state).toBe("terminated");
      expect(bench.timerList.due).toEqual([]);
    });

    it("fails like any other when the transport throws", async () => {
      const bench = await MachineBench.open("udp");
      const context = bench.context<never>();
      const send = (): never => {
        throw new RangeError("no");
      };
      const parts = { request: invite, branch, connection: bench.connection, user: bench.clientUser };
      new InviteClientTransaction(parts, { ...context, sender: { ...context.sender, send } }).start();
      expect(bench.takeLog()).toEqual(["tell transport.failed", ...gone]);
    });
  });

  describe("in accepted", () => {
    it("passes up each further 2xx for 32 s, also of another fork, then no more (checklist 15)", async () => {
      const { bench, machine } = await start("udp");
      machine.receiveResponse(answerTo(invite, 200, "fork-1"));
      bench.clock.advance(31_999);
      machine.receiveResponse(answerTo(invite, 200, "fork-2"));
      bench.clock.advance(1);
      machine.receiveResponse(answerTo(invite, 200, "fork-3"));
      expect(bench.log.filter((line) => line === "tell 200")).toHaveLength(2);
      expect(bench.log.slice(-2)).toEqual(gone);
    });

    it("waits as long over TCP", async () => {
      const { bench, machine } = await start("tcp");
      machine.receiveResponse(answerTo(invite, 200));
      expect(bench.timerList.due).toEqual([32_000]);
    });

    it("never acknowledges: that is the user's part", async () => {
      const { bench, machine } = await start("udp");
      machine.receiveResponse(answerTo(invite, 200));
      bench.clock.advance(40_000);
      expect(bench.sentAt("ACK")).toEqual([]);
    });
  });

  describe("in completed", () => {
    it("acknowledges each repeat of the failure and tells the user once (checklist 13)", async () => {
      const { bench, machine } = await start("udp");
      for (const wait of [0, 500, 1000, 2000]) {
        bench.clock.advance(wait);
        machine.receiveResponse(answerTo(invite, 486));
      }
      expect(bench.sentAt("ACK")).toEqual([0, 500, 1500, 3500]);
      expect(bench.log.filter((line) => line.startsWith("tell"))).toEqual(["tell 486"]);
    });

    it("takes the response up although the ACK cannot be sent, then ends (RFC 3261 figure 5)", async () => {
      const { bench, machine } = await start("udp");
      bench.network.fail("ACK");
      bench.takeLog();
      machine.receiveResponse(answerTo(invite, 486));
      expect(bench.takeLog()).toEqual(["send ACK", "tell 486", "tell transport.failed", ...gone]);
      expect(bench.timerList.due).toEqual([]);
    });

    it("sends the ACK of RFC 3261 §17.1.1.3", async () => {
      const { bench, machine } = await start("udp");
      machine.receiveResponse(answerTo(invite, 486, "busy"));
      const [ack] = bench.network.trace.packets("ACK").map(({ message }) => message);
      expect(ack?.startLine).toBe("ACK sip:bob@example.com SIP/2.0");
      expect(ack?.headers("Via")).toEqual([invite.topVia.toString()]);
      expect([ack?.toTag, ack?.fromTag, ack?.header("CSeq")]).toEqual(["busy", "alice-tag", "1 ACK"]);
      expect([ack?.headers("Route"), ack?.header("Max-Forwards")]).toEqual([["<sip:p1.example.com;lr>"], "70"]);
      expect([ack?.header("Contact"), ack?.body]).toEqual([undefined, ""]);
    });
  });

  describe("with a user that fails", () => {
    it("goes on", async () => {
      const bench = await MachineBench.open("udp");
      const onResponse = (): never => {
        throw new RangeError("oops");
      };
      const user = { ...bench.clientUser, onResponse };
      const machine = new InviteClientTransaction(
        { request: invite, branch, connection: bench.connection, user },
        bench.context(),
      );
      machine.start();
      machine.receiveResponse(answerTo(invite, 486));
      expect(bench.log.at(-1)).toBe("user threw RangeError: oops");
      expect(bench.timerList.due).toEqual([32_000]);
    });

    it("lets it end the transaction from within", async () => {
      const bench = await MachineBench.open("udp");
      const user = { ...bench.clientUser, onResponse: () => machine.terminate() };
      const parts = { request: invite, branch, connection: bench.connection, user };
      const machine: InviteClientTransaction = new InviteClientTransaction(parts, bench.context());
      machine.start();
      machine.receiveResponse(answerTo(invite, 200));
      expect(machine.isTerminated).toBe(true);
      expect(bench.timerList.due).toEqual([]);
    });
  });

  describe("when the user lets go of the request", () => {
    it("keeps it until the final response, then not", async () => {
      const { machine } = await start("udp");
      machine.releaseRequest();
      expect(machine.request).toBe(invite);
      machine.receiveResponse(answerTo(invite, 200));
      expect(machine.request).toBe(invite);
      machine.releaseRequest();
      expect(() => machine.request).toThrow(/released/);
    });

    it("still repeats the ACK of a failure", async () => {
      const { bench, machine } = await start("udp");
      machine.receiveResponse(answerTo(invite, 486));
      machine.releaseRequest();
      machine.receiveResponse(answerTo(invite, 486));
      expect(bench.log.at(-1)).toBe("send ACK again");
    });
  });
});
