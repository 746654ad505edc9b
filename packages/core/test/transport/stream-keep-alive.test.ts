import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { tcpTransport, type Connection, type PingOutcome } from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SocketBench, settle, until } from "./socket-bench.js";

let bench: SocketBench;
let server: Server;
let peers: Socket[];
let received: string;
/** What the peer does with octets. */
let react: (socket: Socket, text: string) => void;

beforeEach(async () => {
  bench = new SocketBench();
  await bench.layer.add(tcpTransport({ address: "127.0.0.1", port: 0 }));
  [peers, received, react] = [[], "", () => {}];
  server = createServer((socket) => {
    peers.push(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received += chunk.toString();
      react(socket, chunk.toString());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  server.close();
  await bench.close();
});

function ping(): { readonly connection: Connection; readonly outcomes: PingOutcome[] } {
  const { port } = server.address() as { port: number };
  const connection = bench.layer.connect("tcp", { address: "127.0.0.1", port });
  const outcomes: PingOutcome[] = [];
  connection.ping?.((outcome) => outcomes.push(outcome));
  return { connection, outcomes };
}

describe("RFC 5626 §4.4.1 a client's keep-alive on TCP", () => {
  it("is a double CRLF, sent once the connection stands, answered by a single one", async () => {
    react = (socket) => socket.write("\r\n");
    const { outcomes } = ping();
    await until(() => outcomes.length === 1);
    expect([received, outcomes]).toEqual(["\r\n\r\n", [{ kind: "answered" }]]);
  });

  it("is answered as often as it is asked", async () => {
    react = (socket, text) => text === "\r\n\r\n" && socket.write("\r\n");
    const { connection, outcomes } = ping();
    for (let count = 1; count <= 3; count++) {
      await until(() => outcomes.length === count);
      connection.ping?.((outcome) => outcomes.push(outcome));
    }
    await until(() => outcomes.length === 4);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["answered", "answered", "answered", "answered"]);
  });

  it("ends the flow when no pong comes within ten seconds", async () => {
    const { connection, outcomes } = ping();
    await until(() => received === "\r\n\r\n");
    bench.clock.advance(9999);
    expect([outcomes, connection.isOpen]).toEqual([[], true]);
    bench.clock.advance(1);
    await until(() => bench.ends.length === 1);
    expect(bench.ends[0]?.error?.code).toBe("transport.ping");
    expect(outcomes).toEqual([{ kind: "failed", error: bench.ends[0]?.error }]);
  });

  it("does not take a message for a pong, nor a pong for a message", async () => {
    react = (socket) => socket.write(optionsText({ transport: "TCP" }));
    const { outcomes } = ping();
    await until(() => bench.requests.length === 1);
    expect(outcomes).toEqual([]);
    peers[0]?.write("\r\n");
    await until(() => outcomes.length === 1);
    expect(bench.requests).toHaveLength(1);
  });

  it("asks once for several who want to know", async () => {
    react = (socket) => socket.write("\r\n");
    const { connection, outcomes } = ping();
    connection.ping?.((outcome) => outcomes.push(outcome));
    await until(() => outcomes.length === 2);
    await settle(2);
    expect(received).toBe("\r\n\r\n");
  });

  it("fails when the connection ends", async () => {
    react = (socket) => socket.destroy();
    const { outcomes } = ping();
    await until(() => outcomes.length === 1);
    expect(outcomes[0]?.kind).toBe("failed");
  });

  it("fails at once on a connection that has ended", async () => {
    const { connection } = ping();
    await until(() => peers.length === 1);
    connection.close();
    const outcomes: PingOutcome[] = [];
    connection.ping?.((outcome) => outcomes.push(outcome));
    await until(() => outcomes.length === 1);
    expect(outcomes[0]?.kind).toBe("failed");
  });
});
