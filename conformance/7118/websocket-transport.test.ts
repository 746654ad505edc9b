import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import {
  KeepAlive,
  TransportLayer,
  createResponse,
  createVia,
  reachableAddress,
  systemClock,
  systemRandom,
  type Connection,
  type EngineError,
  type SipRequest,
  type Transport,
} from "@siplet/core";
import { wsClientTransport, wsTransport, type GivenServerOptions, type WsOptions } from "@siplet/core/transport/ws";
import { ManualClock, optionsText } from "@siplet/testkit";
import { WebSocket } from "ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let layer: TransportLayer;
let requests: { readonly request: SipRequest; readonly connection: Connection }[];
let ends: (EngineError | undefined)[];
let sockets: WebSocket[];
let servers: Server[];

beforeEach(() => {
  [requests, ends, sockets, servers] = [[], [], [], []];
  layer = new TransportLayer();
  layer.attach({
    onRequest: (request, connection) => {
      requests.push({ request, connection });
      layer.send(createResponse(request, 200, { toTag: "b" }).build(), layer.responseConnection(request, connection));
    },
    onResponse: () => {},
    onConnectionClosed: (_connection, error) => ends.push(error),
  });
});

afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await layer.close();
  for (const server of servers) server.close();
});

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > end) throw new RangeError("what was awaited never came");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function listen(options: Partial<WsOptions> = {}): Promise<Transport> {
  return layer.add(wsTransport({ address: "127.0.0.1", port: 0, ...options }));
}

/** A client that is not ours. */
function open(
  transport: Transport,
  options: { path?: string; protocols?: string[]; origin?: string; autoPong?: boolean } = {},
): WebSocket {
  const { path = "/", protocols = ["sip"], origin, autoPong = true } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${transport.local.port}${path}`, protocols, { origin, autoPong });
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

/** Status of the refusal, or "open". */
async function outcome(socket: WebSocket): Promise<number | "open"> {
  return new Promise((resolve) => {
    socket.once("open", () => resolve("open"));
    socket.once("unexpected-response", (_request, response: IncomingMessage) => resolve(response.statusCode ?? 0));
  });
}

const register = optionsText({ transport: "WS", sentBy: "df7jal23ls0d.invalid" });

describe("RFC 7118 §4.1 the handshake", () => {
  it("agrees on the sub-protocol sip, also among others", async () => {
    const socket = open(await listen(), { protocols: ["msrp", "sip"] });
    expect([await outcome(socket), socket.protocol]).toEqual(["open", "sip"]);
  });

  it.each([[["msrp"]], [["SIP"]], [[]]])("refuses a client that offers %j", async (protocols) => {
    expect(await outcome(open(await listen(), { protocols }))).toBe(400);
  });

  it("takes the path that it was given, and no other", async () => {
    const transport = await listen({ path: "/sip" });
    expect(await outcome(open(transport, { path: "/sip?key=1" }))).toBe("open");
    expect(await outcome(open(transport, { path: "/" }))).toBe(404);
  });

  it("lets in web pages of the origins listed, and programs that are none", async () => {
    const transport = await listen({ allowedOrigins: ["https://phone.example.com"] });
    expect(await outcome(open(transport, { origin: "https://phone.example.com" }))).toBe("open");
    expect(await outcome(open(transport, { origin: "https://evil.example.net" }))).toBe(403);
    expect(await outcome(open(transport))).toBe("open");
  });

  it("asks a function about the origin", async () => {
    const transport = await listen({ allowedOrigins: (origin) => origin?.endsWith(".example.com") === true });
    expect(await outcome(open(transport, { origin: "https://a.example.com" }))).toBe("open");
    expect(await outcome(open(transport))).toBe(403);
  });

  it.each([
    ["says no", () => Promise.resolve(false)],
    ["fails", () => Promise.reject(new RangeError("no database"))],
  ])("refuses a client whose handshake check %s", async (_what, acceptHandshake) => {
    expect(await outcome(open(await listen({ acceptHandshake })))).toBe(403);
  });

  it("refuses a client when the check of its origin fails", async () => {
    const allowedOrigins = (): boolean => {
      throw new RangeError("no database");
    };
    expect(await outcome(open(await listen({ allowedOrigins })))).toBe(403);
  });

  it("shows the handshake to whoever works with the connection", async () => {
    const socket = open(await listen(), { path: "/sip?user=alice", origin: "https://phone.example.com" });
    await outcome(socket);
    socket.send(register);
    await until(() => requests.length === 1);
    const handshake = requests[0]?.connection.handshake;
    expect([handshake?.url, handshake?.headers.origin]).toEqual(["/sip?user=alice", "https://phone.example.com"]);
  });

  it("asks for an upgrade whoever comes by plain HTTP", async () => {
    const { local } = await listen();
    expect((await fetch(`http://127.0.0.1:${local.port}/`)).status).toBe(426);
  });

  it("agrees on no compression", async () => {
    const socket = open(await listen());
    await outcome(socket);
    expect(socket.extensions).toBe("");
  });
});

describe("RFC 7118 §4.2 messages", () => {
  it.each([
    ["text", register, false],
    ["binary", Buffer.from(register), true],
  ])("are taken as %s frames, and answered by the same connection", async (_what, message, binary) => {
    const socket = open(await listen());
    await outcome(socket);
    const answered = once(socket, "message");
    socket.send(message, { binary });
    const [answer, isBinary] = (await answered) as [Buffer, boolean];
    expect(answer.toString()).toMatch(/^SIP\/2.0 200 OK\r\nVia: SIP\/2.0\/WS df7jal23ls0d.invalid;/);
    expect(isBinary).toBe(false);
  });

  it("leave as binary when they are no UTF-8", async () => {
    const socket = open(await listen());
    await outcome(socket);
    socket.send(register);
    await once(socket, "message");
    const received = once(socket, "message");
    requests[0]?.connection.send(Buffer.from([0x41, 0xff, 0xfe]));
    const [bytes, isBinary] = (await received) as [Buffer, boolean];
    expect([[...bytes], isBinary]).toEqual([[0x41, 0xff, 0xfe], true]);
  });

  it("need no Content-Length; one that is wrong is refused as over UDP", async () => {
    const socket = open(await listen());
    await outcome(socket);
    socket.send(optionsText({ headers: { "Content-Length": undefined }, body: "hello" }));
    await until(() => requests.length === 1);
    expect(Buffer.from(requests[0]?.request.body ?? []).toString()).toBe("hello");
    const refused = new Promise<string>((resolve) => {
      socket.on("message", (data: Buffer) => data.includes("400") && resolve(data.toString()));
    });
    socket.send(optionsText({ headers: { "Content-Length": "99" } }));
    expect(await refused).toMatch(/^SIP\/2.0 400 /);
  });

  it("come whole from several fragments, one for each message", async () => {
    const socket = open(await listen());
    await outcome(socket);
    for (let start = 0; start < register.length; start += 60) {
      socket.send(register.slice(start, start + 60), { fin: start + 60 >= register.length });
    }
    await until(() => requests.length === 1);
    expect(requests[0]?.request.method).toBe("OPTIONS");
  });

  it("that are too large end their connection and no other", async () => {
    const transport = await listen();
    const [large, other] = [open(transport), open(transport)];
    await Promise.all([outcome(large), outcome(other)]);
    const closed = once(large, "close");
    large.send(Buffer.alloc(2 * 1024 * 1024));
    expect((await closed)[0]).toBe(1009);
    other.send(register);
    await until(() => requests.length === 1);
  });
});

describe("RFC 7118 §5 addresses", () => {
  it("of a client are a random host of .invalid, the same in Via and Contact", async () => {
    const transport = await layer.add(wsClientTransport({ protocol: "ws" }));
    const remote = { address: "127.0.0.1", port: 8080 };
    const { host, port } = reachableAddress(transport, remote);
    expect([host.endsWith(".invalid"), port]).toEqual([true, undefined]);
    expect(createVia(layer.connect("ws", remote), "z9hG4bK1")).toBe(`SIP/2.0/WS ${host};branch=z9hG4bK1`);
    expect(layer.isOwnAddress(host, 80)).toBe(true);
  });

  it("of a server lead nowhere: it cannot call", async () => {
    await listen();
    expect(() => layer.connect("ws", { address: "127.0.0.1", port: 8080 })).toThrow("no ws listener");
  });
});

describe("RFC 7118 §6 keep-alive", () => {
  it("answers a double line end with a single one, as on streams", async () => {
    const socket = open(await listen());
    await outcome(socket);
    const answered = once(socket, "message");
    socket.send("\r\n\r\n");
    expect(String((await answered)[0])).toBe("\r\n");
    expect(requests).toEqual([]);
  });

  it("pings its peers", async () => {
    const pings: number[] = [];
    const socket = open(await listen({ pingInterval: 20 }));
    socket.on("ping", () => pings.push(1));
    await until(() => pings.length >= 2);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it("ends a peer that does not answer within ten seconds", async () => {
    const clock = new ManualClock();
    const timed = new TransportLayer({ clock });
    const transport = await timed.add(wsTransport({ address: "127.0.0.1", port: 0 }));
    const socket = open(transport, { autoPong: false });
    await outcome(socket);
    const closed = once(socket, "close");
    clock.advance(30_000);
    await once(socket, "ping");
    clock.advance(10_000);
    await closed;
    expect(timed.flows.size).toBe(0);
    await timed.close();
  });

  it("of a client is a ping frame", async () => {
    const transport = await listen();
    await layer.add(wsClientTransport({ protocol: "ws" }));
    const connection = layer.connect("ws", transport.local);
    const keepAlive = new KeepAlive(connection, {
      clock: systemClock,
      random: systemRandom,
      interval: { least: 5, most: 10 },
      onFailed: (error) => ends.push(error),
    });
    keepAlive.start();
    await until(() => layer.flows.size === 2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    keepAlive.stop();
    expect([ends, connection.isOpen]).toEqual([[], true]);
  });
});

describe("RFC 7118 §4.1 a client", () => {
  /** An HTTP server that is not ours, and how it takes upgrades. */
  async function foreign(upgrade: (socket: Duplex) => void): Promise<number> {
    const server = createServer().on("upgrade", (_request, socket) => upgrade(socket));
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async function call(port: number): Promise<EngineError | undefined> {
    await layer.add(wsClientTransport({ protocol: "ws" }));
    const outcomes: (EngineError | undefined)[] = [];
    layer.connect("ws", { address: "127.0.0.1", port }).send(Buffer.from(register), (error) => outcomes.push(error));
    await until(() => outcomes.length === 1);
    return outcomes[0];
  }

  it.each([
    ["refuses the upgrade", (socket: Duplex) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")],
    ["hangs up", (socket: Duplex) => socket.destroy()],
    ["is no HTTP server", (socket: Duplex) => socket.end("SIP/2.0 400 Bad\r\n\r\n")],
  ])("tells a transport error when the server %s", async (_what, upgrade) => {
    const error = await call(await foreign(upgrade));
    expect([error?.code, error?.statusCode]).toEqual(["ws.upgrade", 503]);
    expect(ends).toEqual([error]);
  });

  it("tells a transport error when the server leaves the sub-protocol out", async () => {
    const { WebSocketServer } = await import("ws");
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => false });
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect((await call(port))?.code).toBe("ws.upgrade");
    server.close();
  });
});

describe("a listener on a server that is given", () => {
  async function given(options: Partial<GivenServerOptions> = {}): Promise<{ server: Server; transport: Transport }> {
    const server = createServer((_request, response) => response.end("the page"));
    servers.push(server);
    const transport = await layer.add(wsTransport({ server, ...options }));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, transport };
  }

  it("shares its port with the pages, also when the server starts later", async () => {
    const { transport } = await given({ path: "/sip" });
    expect(await (await fetch(`http://127.0.0.1:${transport.local.port}/`)).text()).toBe("the page");
    expect(await outcome(open(transport, { path: "/sip" }))).toBe("open");
  });

  it("leaves other paths to other listeners", async () => {
    const { server, transport } = await given({ path: "/sip" });
    server.on("upgrade", (request, socket) => request.url === "/chat" && socket.end("HTTP/1.1 418 Teapot\r\n\r\n"));
    expect(await outcome(open(transport, { path: "/chat" }))).toBe(418);
  });

  it("says wss where a balancer in front ends TLS", async () => {
    const { transport } = await given({ protocol: "wss" });
    expect([transport.protocol, transport.isSecure]).toEqual(["wss", true]);
  });

  it("leaves the server open when it closes", async () => {
    const { server, transport } = await given();
    const socket = open(transport);
    await outcome(socket);
    const closed = once(socket, "close");
    await transport.close();
    await closed;
    expect(server.listening).toBe(true);
  });

  it("turns away what is too many", async () => {
    const { transport } = await given({ limits: { connections: 1 } });
    expect(await outcome(open(transport))).toBe("open");
    const second = open(transport);
    await once(second, "error");
    expect(layer.flows.size).toBe(1);
  });
});
