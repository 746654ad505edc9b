import { TransportLayer, isEngineError, type Connection, type EngineError, type TransportUser } from "@siplet/core";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.js";
import { inviteText, optionsText } from "../messages/requests.js";
import { MemoryNetwork } from "./memory-network.js";
import type { MemoryTransport } from "./memory-transport.js";

/** Writes down what a transport tells. */
class Listener implements TransportUser {
  readonly log: string[] = [];
  readonly connections: Connection[] = [];

  onMessage(bytes: Uint8Array, connection: Connection): void {
    this.log.push(`message ${Buffer.from(bytes).toString("latin1").split(" ")[0]} from ${connection.remote.address}`);
    this.connections.push(connection);
  }

  onBrokenStream(reason: string): void {
    this.log.push(`broken: ${reason}`);
  }

  onConnectionOpened(connection: Connection): void {
    this.log.push(`opened ${connection.remote.address}`);
  }

  onConnectionClosed(_connection: Connection, error: EngineError | undefined): void {
    this.log.push(`closed ${error?.code ?? "in order"}`);
  }
}

const alice = "192.0.2.1";
const bob = "192.0.2.2";
const toBob = { address: bob, port: 5060 };
const octets = (text: string): Buffer => Buffer.from(text);

let clock: ManualClock;
let network: MemoryNetwork;
let near: Listener;
let far: Listener;

beforeEach(() => {
  clock = new ManualClock();
  network = new MemoryNetwork({ clock });
  [near, far] = [new Listener(), new Listener()];
});

function bindPair(protocol: "udp" | "tcp" | "ws"): { transport: MemoryTransport; other: MemoryTransport } {
  return {
    transport: network.bind({ protocol, address: alice, port: 5060 }, near),
    other: network.bind({ protocol, address: bob, port: 5060 }, far),
  };
}

describe("MemoryNetwork", () => {
  describe("with datagrams", () => {
    it("delivers after the delay of the link, never within the send", () => {
      const { transport } = bindPair("udp");
      network.setConditions({ delay: 30 }, { from: alice });
      transport.connect(toBob).send(octets(optionsText()));
      clock.advance(29);
      expect(far.log).toEqual([]);
      clock.advance(1);
      expect(far.log).toEqual([`message OPTIONS from ${alice}`]);
    });

    it("lets the receiver answer to the source", () => {
      const { transport } = bindPair("udp");
      transport.connect(toBob).send(octets(optionsText()));
      clock.advance(0);
      far.connections[0]?.send(octets("SIP/2.0 200 OK\r\n\r\n"));
      clock.advance(0);
      expect(near.log).toEqual([`message SIP/2.0 from ${bob}`]);
    });

    it("loses and duplicates the share of messages it is told, the same in every run", () => {
      const run = (): number => {
        const own = new MemoryNetwork({ clock, conditions: { loss: 0.3, duplication: 0.2 } });
        const receiver = new Listener();
        own.bind({ protocol: "udp", address: bob, port: 5060 }, receiver);
        const sender = own.bind({ protocol: "udp", address: alice, port: 5060 }, near);
        for (let sent = 0; sent < 1000; sent++) sender.connect(toBob).send(octets(optionsText()));
        clock.advance(0);
        return receiver.log.length;
      };
      const [first, second] = [run(), run()];
      expect(first).toBe(second);
      expect(Math.abs(first - 840)).toBeLessThan(60);
    });

    it("lets later datagrams overtake those that are held back", () => {
      const { transport } = bindPair("udp");
      network.hold("INVITE", 20);
      for (const text of [inviteText(), optionsText()]) transport.connect(toBob).send(octets(text));
      clock.advance(20);
      expect(far.log).toEqual([`message OPTIONS from ${alice}`, `message INVITE from ${alice}`]);
    });

    it("drops the second of its kind and no other", () => {
      const { transport } = bindPair("udp");
      const rule = network.drop("OPTIONS", { nth: 2 });
      for (let sent = 0; sent < 3; sent++) transport.connect(toBob).send(octets(optionsText({ sequenceNumber: sent })));
      clock.advance(0);
      expect(far.log).toHaveLength(2);
      expect(rule.hits).toBe(1);
    });

    it("tells the sender of a send that fails by rule", () => {
      const { transport } = bindPair("udp");
      network.fail((message) => message.method === "INVITE");
      const told: (string | undefined)[] = [];
      transport.connect(toBob).send(octets(inviteText()), (error) => told.push(error?.code));
      transport.connect(toBob).send(octets(optionsText()), (error) => told.push(error?.code));
      expect(told).toEqual(["transport.failed", undefined]);
    });

    it("loses what is sent between islands until they heal", () => {
      const { transport } = bindPair("udp");
      network.partition([alice], [bob]);
      transport.connect(toBob).send(octets(inviteText()));
      network.heal();
      transport.connect(toBob).send(octets(optionsText()));
      clock.advance(0);
      expect(far.log).toEqual([`message OPTIONS from ${alice}`]);
    });

    it("answers a double line end like a real listener", () => {
      const { transport } = bindPair("udp");
      transport.connect(toBob).send(octets("\r\n\r\n"));
      clock.advance(0);
      expect(far.log).toEqual([]);
      expect(network.trace.entries).toHaveLength(2);
    });
  });

  describe("with streams", () => {
    it("connects in one round trip, then delivers what waited", () => {
      const { transport } = bindPair("tcp");
      network.setConditions({ delay: 10 });
      const connection = transport.connect(toBob);
      connection.send(octets(optionsText()));
      clock.advance(10);
      expect([near.log, far.log]).toEqual([[], [`opened ${alice}`]]);
      clock.advance(20);
      expect(near.log).toEqual([`opened ${bob}`]);
      expect(far.log.at(-1)).toBe(`message OPTIONS from ${alice}`);
      expect(transport.connect(toBob)).toBe(connection);
    });

    it.each([1, 7, 4096])("frames messages that arrive %i octets at a time", (chunkSize) => {
      network = new MemoryNetwork({ clock, chunkSize });
      const { transport } = bindPair("tcp");
      const connection = transport.connect(toBob);
      for (let sent = 0; sent < 3; sent++) connection.send(octets(inviteText()));
      clock.advance(0);
      expect(far.log.filter((line) => line.startsWith("message INVITE"))).toHaveLength(3);
    });

    it("hands WebSocket messages over whole", () => {
      const { transport } = bindPair("ws");
      const connection = transport.connect(toBob);
      for (let sent = 0; sent < 2; sent++) {
        connection.send(octets(optionsText({ headers: { "Content-Length": undefined } })));
      }
      clock.advance(0);
      expect(far.log.filter((line) => line.startsWith("message OPTIONS"))).toHaveLength(2);
    });

    it("refuses where nobody listens and tells each message that waited", () => {
      const transport = network.bind({ protocol: "tcp", address: alice, port: 5060 }, near);
      const told: (string | undefined)[] = [];
      transport.connect(toBob).send(octets(optionsText()), (error) => told.push(error?.code));
      clock.advance(0);
      expect(told).toEqual(["transport.refused"]);
      expect(near.log).toEqual(["closed transport.refused"]);
    });

    it("refuses a place that a test closes, until it opens it again", () => {
      const { transport } = bindPair("tcp");
      network.refuse(toBob);
      transport.connect(toBob);
      clock.advance(0);
      network.accept(toBob);
      transport.connect(toBob);
      clock.advance(0);
      expect(near.log).toEqual(["closed transport.refused", `opened ${bob}`]);
    });

    it("tells both ends of a reset at once", () => {
      const { transport } = bindPair("tcp");
      const connection = transport.connect(toBob);
      clock.advance(0);
      network.reset(bob);
      expect(connection.isOpen).toBe(false);
      expect([near.log.at(-1), far.log.at(-1)]).toEqual(["closed transport.failed", "closed transport.failed"]);
    });

    it("delivers what was sent before an orderly end, then ends both sides", () => {
      const { transport } = bindPair("tcp");
      const connection = transport.connect(toBob);
      clock.advance(0);
      connection.send(octets(optionsText()));
      connection.close();
      clock.advance(0);
      expect(far.log.slice(1)).toEqual([`message OPTIONS from ${alice}`, "closed in order"]);
      expect(near.log.at(-1)).toBe("closed in order");
    });

    it("stands still between islands and goes on when they heal", () => {
      const { transport } = bindPair("tcp");
      const connection = transport.connect(toBob);
      clock.advance(0);
      network.partition([alice], [bob]);
      connection.send(octets(optionsText()));
      clock.advance(60_000);
      expect(far.log).toHaveLength(1);
      network.heal();
      expect(far.log.at(-1)).toBe(`message OPTIONS from ${alice}`);
    });
  });

  describe("as transport of a transport layer", () => {
    it("refuses a port that is taken", async () => {
      const layer = new TransportLayer();
      const place = { protocol: "udp", address: bob, port: 5060 } as const;
      await layer.add(network.transport(place));
      const second = await layer.add(network.transport(place)).catch((error: unknown) => error);
      expect(isEngineError(second) && second.code).toBe("transport.listen");
    });

    it("gives a free port for 0 and frees it on close", async () => {
      const layer = new TransportLayer();
      const transport = await layer.add(network.transport({ protocol: "tcp", address: bob, port: 0 }));
      expect(transport.local.port).toBeGreaterThan(0);
      await layer.close();
      await expect(layer.add(network.transport({ protocol: "tcp", ...transport.local }))).resolves.toBeDefined();
    });
  });
});

describe("NetworkTrace", () => {
  it("prints a ladder with the fate of each message", () => {
    const { transport, other } = bindPair("udp");
    network.name(alice, "alice");
    network.name(bob, "bob");
    network.drop("OPTIONS");
    transport.connect(toBob).send(octets(inviteText({ sequenceNumber: 7 })));
    clock.advance(500);
    other.connect({ address: alice, port: 5060 }).send(octets(optionsText()));
    expect(network.trace.toString().split("\n")).toEqual([
      "          alice                     bob",
      "   0.000  |-INVITE 7--------------->|",
      "   0.500  |<-OPTIONS 1--------------|  (dropped by rule)",
    ]);
  });

  it("tells messages and times by end and kind", () => {
    const { transport } = bindPair("udp");
    for (const wait of [0, 500, 1000]) {
      clock.advance(wait);
      transport.connect(toBob).send(octets(inviteText()));
    }
    expect(network.trace.times("INVITE", { to: bob })).toEqual([0, 500, 1500]);
    expect(network.trace.summaries({ from: bob })).toEqual([]);
  });
});
