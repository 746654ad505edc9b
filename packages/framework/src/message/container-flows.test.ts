import { FlowTable, silentLogger, type Connection } from "@siplet/core";
import { createSeededRandom, ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerFlows } from "./container-flows.js";

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
});
