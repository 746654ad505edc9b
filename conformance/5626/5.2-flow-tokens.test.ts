import { FlowToken, TransportLayer, isSameFlow, type Connection, type SipRequest } from "@siplet/core";
import { ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

async function openEdge() {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const layer = new TransportLayer({ clock });
  const arrived: { readonly request: SipRequest; readonly connection: Connection }[] = [];
  layer.attach({
    onRequest: (request, connection) => arrived.push({ request, connection }),
    onResponse: () => {},
    onConnectionClosed: () => {},
  });
  for (const protocol of ["udp", "tcp", "ws"] as const) {
    await layer.add(network.transport({ protocol, address: "192.0.2.1", port: 5060 }));
  }
  await layer.add(network.transport({ protocol: "udp", address: "2001:db8::1", port: 5060 }));
  /** A user agent that has sent a REGISTER, and the connection that it came by. */
  const register = (protocol: "udp" | "tcp" | "ws", address: string, port: number) => {
    const peer = { address: address.includes(":") ? "2001:db8::1" : "192.0.2.1", port: 5060 };
    const agent = ScriptedUserAgent.inMemory(network, { clock, protocol, address, port, peer });
    agent.sendRequest({ method: "REGISTER" });
    clock.advance(1);
    const connection = arrived.at(-1)?.connection;
    if (connection === undefined) throw new RangeError("nothing came");
    return { agent, connection };
  };
  return { clock, network, layer, register, tokens: new FlowToken({ flows: layer.flows, key: Buffer.alloc(32, 1) }) };
}

describe("RFC 5626 §5.2 a flow token", () => {
  it.each([
    ["udp", "192.0.2.2"],
    ["udp", "2001:db8::2"],
    ["tcp", "192.0.2.2"],
    ["ws", "192.0.2.2"],
  ] as const)("leads back to the flow that it was made for: %s from %s", async (protocol, address) => {
    const { clock, register, tokens } = await openEdge();
    const { agent, connection } = register(protocol, address, 40_000);
    const verdict = tokens.verify(tokens.create(connection));
    expect(verdict.kind).toBe("open");
    if (verdict.kind !== "open") return;
    expect(isSameFlow(verdict.connection, connection)).toBe(true);
    verdict.connection.send(Buffer.from(agent.request({ method: "MESSAGE" })));
    clock.advance(1);
    expect(agent.messages("MESSAGE")).toHaveLength(1);
  });

  it("is fit for the user part of a URI", async () => {
    const { register, tokens } = await openEdge();
    for (const protocol of ["udp", "tcp"] as const) {
      expect(tokens.create(register(protocol, "192.0.2.2", 40_000).connection)).toMatch(/^[\w-]{20,120}$/);
    }
  });

  it("is the same for the same flow, and another for another", async () => {
    const { register, tokens } = await openEdge();
    const first = register("udp", "192.0.2.2", 40_000);
    const other = register("udp", "192.0.2.2", 40_001);
    expect(tokens.create(first.connection)).toBe(tokens.create(first.connection));
    expect(tokens.create(first.connection)).not.toBe(tokens.create(other.connection));
    expect(isSameFlow(first.connection, other.connection)).toBe(false);
  });

  it("is void when a single character is changed, added or taken away", async () => {
    const { register, tokens } = await openEdge();
    const token = tokens.create(register("tcp", "192.0.2.2", 40_000).connection);
    for (let index = 0; index < token.length; index++) {
      const changed = token.slice(0, index) + (token[index] === "A" ? "B" : "A") + token.slice(index + 1);
      expect(tokens.verify(changed).kind).toBe("tampered");
    }
    for (const forged of [
      `${token}A`,
      token.slice(1),
      token.slice(0, -1),
      "",
      "bob",
      "A".repeat(60),
      `${token}=`,
      "\0",
    ]) {
      expect(tokens.verify(forged).kind).toBe("tampered");
    }
  });

  it("is void under another key", async () => {
    const { layer, register, tokens } = await openEdge();
    const other = new FlowToken({ flows: layer.flows, key: Buffer.alloc(32, 2) });
    expect(other.verify(tokens.create(register("udp", "192.0.2.2", 40_000).connection)).kind).toBe("tampered");
  });

  it("asks for a key that cannot be guessed", async () => {
    const { layer } = await openEdge();
    expect(() => new FlowToken({ flows: layer.flows, key: Buffer.from("secret") })).toThrow("16 or more");
  });
});

describe("RFC 5626 §5.3 a flow that is gone", () => {
  it("is told apart from one that never was", async () => {
    const { clock, network, register, tokens } = await openEdge();
    const token = tokens.create(register("tcp", "192.0.2.2", 40_000).connection);
    network.reset("192.0.2.2");
    clock.advance(1);
    expect(tokens.verify(token).kind).toBe("gone");
  });

  it("is not confused with a later connection between the same ports", async () => {
    const { layer, register, tokens } = await openEdge();
    const { connection } = register("tcp", "192.0.2.2", 40_000);
    const token = tokens.create(connection);
    layer.flows.closed(connection);
    layer.flows.opened(connection); // the same ends, another flow
    const later = new FlowToken({ flows: layer.flows, key: Buffer.alloc(32, 1) });
    expect(later.verify(token).kind).toBe("gone");
    expect(later.verify(later.create(connection)).kind).toBe("open");
  });

  it("is gone after a restart, though the key is the same; over UDP it lives on", async () => {
    const before = await openEdge();
    const tokens = [
      before.tokens.create(before.register("tcp", "192.0.2.2", 40_000).connection),
      before.tokens.create(before.register("udp", "192.0.2.2", 40_000).connection),
    ];
    const after = await openEdge();
    after.register("tcp", "192.0.2.2", 40_000);
    expect(tokens.map((token) => after.tokens.verify(token).kind)).toEqual(["gone", "open"]);
  });

  it("is gone over UDP when its listener is", async () => {
    const { layer, register, tokens } = await openEdge();
    const token = tokens.create(register("udp", "192.0.2.2", 40_000).connection);
    const [udp] = layer.transports;
    if (udp !== undefined) await layer.remove(udp);
    expect(tokens.verify(token).kind).toBe("gone");
  });
});
