import {
  EngineError,
  FlowTable,
  parseMessage,
  silentLogger,
  type Connection,
  type PingOutcome,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import { createSeededRandom, ManualClock, requestText, responseText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerFlows } from "./container-flows.js";
import { followRegistration } from "./registration-flow.js";

function stream(port: number): Connection {
  const endpoint = { address: "192.0.2.1", port };
  return { transport: { protocol: "tcp", isReliable: true }, local: endpoint, remote: endpoint, isOpen: true } as never;
}

function flowsOf(flows: FlowTable, secret: string | Uint8Array): ContainerFlows {
  return new ContainerFlows({
    flows,
    secret,
    clock: new ManualClock(),
    random: createSeededRandom(2),
    log: silentLogger,
  });
}

describe("RFC 5626 §5.2 ContainerFlows", () => {
  it("tells who listens which flow ended, until that is enough", () => {
    const table = new FlowTable([], createSeededRandom(1));
    const flows = flowsOf(table, "secret");
    const ended: string[] = [];
    const stop = flows.onClosed((token) => ended.push(token));
    const [first, second] = [stream(1), stream(2)];
    for (const each of [first, second]) table.opened(each);
    const token = flows.create(first);
    expect(flows.verify(token)).toMatchObject({ kind: "open" });
    table.closed(first);
    flows.closed(first);
    stop();
    flows.closed(second);
    expect([flows.verify(token).kind, ended]).toEqual(["gone", [token]]);
  });

  it("reads no token of a container with another secret", () => {
    const table = new FlowTable([], createSeededRandom(1));
    const connection = stream(1);
    table.opened(connection);
    const token = flowsOf(table, "one").create(connection);
    expect(flowsOf(table, "other").verify(token).kind).toBe("tampered");
    expect(flowsOf(table, Buffer.from("one")).verify(token).kind).toBe("open");
  });

  describe("keep-alives (RFC 5626 §4.4)", () => {
    const clock = new ManualClock();
    const table = new FlowTable([], createSeededRandom(1));
    const flows = new ContainerFlows({
      flows: table,
      secret: "s",
      clock,
      random: createSeededRandom(2),
      log: silentLogger,
    });
    const failed: unknown[] = [];
    /** An application whose listener writes down what failed. */
    const holder = {
      log: silentLogger,
      followsAwait: false,
      listeners: { listeners: { flow: [{ flowFailed: (flow: unknown) => void failed.push(flow) }] } },
    } as never;

    /** A stream whose pings are answered by the test. */
    function pinged(): { connection: Connection; waiting: ((outcome: PingOutcome) => void)[] } {
      const waiting: ((outcome: PingOutcome) => void)[] = [];
      const connection = Object.assign(stream(3), {
        ping: (done: (outcome: PingOutcome) => void) => waiting.push(done),
      });
      table.opened(connection);
      return { connection, waiting };
    }

    it("go out at the pace of Flow-Timer; one that is not answered ends the flow, and the listeners hear", () => {
      const { connection, waiting } = pinged();
      flows.keepAlive(connection, holder, 30);
      const flow = flows.of(connection, holder);
      clock.advance(30_000);
      waiting.shift()?.({ kind: "answered" });
      clock.advance(30_000);
      expect([waiting.length, flow.isActive]).toEqual([1, true]);
      waiting.shift()?.({ kind: "failed", error: new EngineError("transport.ping") });
      flows.closed(connection);
      expect([flow.isActive, failed]).toEqual([false, [flow]]);
    });

    it("follow a REGISTER that was accepted with outbound, until it is taken back", () => {
      const { connection, waiting } = pinged();
      const session = { application: holder } as never;
      const register = (headers: Record<string, string>): SipRequest =>
        read(requestText({ method: "REGISTER", headers })) as SipRequest;
      const accepted = (headers: Record<string, string>): SipResponse =>
        read(responseText(requestText({ method: "REGISTER" }), 200, { headers })) as SipResponse;
      const follow = (request: Record<string, string>, response: Record<string, string>): void =>
        followRegistration({ register: register(request), response: accepted(response), connection }, flows, session);
      follow({}, { "Flow-Timer": "20" });
      clock.advance(120_000);
      expect(waiting).toEqual([]);
      follow({}, { Require: "path, outbound", "Flow-Timer": "20" });
      clock.advance(20_000);
      expect(waiting).toHaveLength(1);
      waiting.shift()?.({ kind: "answered" });
      follow({ Contact: "<sip:a@b>;expires=0" }, { Require: "outbound" });
      clock.advance(120_000);
      expect(waiting).toEqual([]);
    });
  });
});

function read(text: string): SipRequest | SipResponse {
  return parseMessage(Buffer.from(text)) as SipRequest | SipResponse;
}
