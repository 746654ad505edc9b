import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { systemClock, type Clock } from "@siplet/core";
import { DnsScript } from "./dns-script.js";
import { readQuestion, writeAnswer, writeError, writeTruncated, type DnsQuestion } from "./dns-wire.js";
import { DnsZone } from "./dns-zone.js";

/** How a test name server starts. */
export interface DnsServerOptions {
  /** Zone text or records; default none: every name is unknown. */
  readonly zone?: string | DnsZone;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** For delayed answers. */
  readonly clock?: Clock;
}

/** A question that the server got. */
export interface DnsQuery {
  readonly name: string;
  readonly type: string;
  readonly transport: "udp" | "tcp";
}

/** Sends an answer back; over UDP it may be up to the client's limit. */
interface Reply {
  readonly transport: "udp" | "tcp";
  readonly limit: number;
  send(bytes: Buffer): void;
}

const portTries = 20;

/** A name server on the loopback interface, on one free port for UDP and TCP, that answers from a zone and a script. */
export class DnsServer {
  readonly zone: DnsZone;
  readonly script = new DnsScript();
  /** Every question so far, in order of arrival. */
  readonly queries: DnsQuery[] = [];
  /** As resolvers take it: `127.0.0.1:5353`, `[::1]:5353`. */
  readonly address: string;
  readonly #clock: Clock;
  readonly #datagrams: DatagramSocket;
  readonly #streams: Server;
  readonly #connections = new Set<Socket>();
  #closed = false;

  private constructor(
    datagrams: DatagramSocket,
    streams: Server,
    { zone = "", clock = systemClock }: DnsServerOptions,
  ) {
    this.zone = typeof zone === "string" ? new DnsZone(zone) : zone;
    this.#clock = clock;
    this.#datagrams = datagrams;
    this.#streams = streams;
    const { address, port, family } = datagrams.address();
    this.address = family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
    datagrams.on("message", (bytes, source) => this.#receiveDatagram(bytes, source));
    streams.on("connection", (connection) => this.#receiveConnection(connection));
  }

  /** Starts a server; it listens when the promise settles. */
  static async start(options: DnsServerOptions = {}): Promise<DnsServer> {
    const { host = "127.0.0.1" } = options;
    for (let tries = 1; ; tries++) {
      const streams = createServer();
      try {
        const port = await listen(streams, host);
        return new DnsServer(await bind(host, port), streams, options);
      } catch (error) {
        streams.close();
        if (tries === portTries) throw error;
      }
    }
  }

  /** The questions so far, as `SRV _sip._udp.example.com`. */
  get asked(): readonly string[] {
    return this.queries.map(({ type, name }) => `${type} ${name}`);
  }

  /** Stops listening and cuts what is open. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of this.#connections) connection.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.#datagrams.close(() => resolve())),
      new Promise<void>((resolve) => this.#streams.close(() => resolve())),
    ]);
  }

  #receiveDatagram(bytes: Buffer, source: RemoteInfo): void {
    const question = readQuestion(bytes);
    if (question === undefined) return;
    this.#receive(question, {
      transport: "udp",
      limit: question.datagramLimit,
      send: (answer) => this.#datagrams.send(answer, source.port, source.address),
    });
  }

  /** RFC 1035 §4.2.2: two bytes of length before each message. */
  #receiveConnection(connection: Socket): void {
    let waiting = Buffer.alloc(0);
    this.#connections.add(connection);
    connection.on("close", () => this.#connections.delete(connection));
    connection.on("error", () => connection.destroy());
    connection.on("data", (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      for (let end = endOfMessage(waiting); end <= waiting.length; end = endOfMessage(waiting)) {
        this.#receiveMessage(waiting.subarray(2, end), connection);
        waiting = waiting.subarray(end);
      }
    });
  }

  #receiveMessage(bytes: Buffer, connection: Socket): void {
    const question = readQuestion(bytes);
    if (question === undefined) return void connection.destroy();
    this.#receive(question, { transport: "tcp", limit: Infinity, send: (answer) => sendMessage(connection, answer) });
  }

  #receive(question: DnsQuestion, reply: Reply): void {
    const { name, type } = question;
    this.queries.push({ name, type, transport: reply.transport });
    const behaviour = this.script.take(name, type);
    if (behaviour.kind === "silence") return;
    if (behaviour.kind === "garbage") return reply.send(Buffer.from("garbage"));
    if (behaviour.kind === "truncate" && reply.transport === "udp") return reply.send(writeTruncated(question));
    const bytes =
      behaviour.kind === "error"
        ? writeError(question, behaviour.rcode)
        : writeAnswer(question, this.zone.answer(name, type), reply.limit);
    const delay = "delay" in behaviour ? behaviour.delay : undefined;
    if (delay === undefined) return reply.send(bytes);
    this.#clock.setTimeout(() => this.#closed || reply.send(bytes), delay, undefined);
  }
}

async function listen(streams: Server, host: string): Promise<number> {
  streams.listen(0, host);
  await once(streams, "listening");
  return (streams.address() as AddressInfo).port;
}

async function bind(host: string, port: number): Promise<DatagramSocket> {
  const datagrams = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    datagrams.bind(port, host);
    await once(datagrams, "listening");
    return datagrams;
  } catch (error) {
    datagrams.close();
    throw error;
  }
}

/** Infinity while not even the length is there. */
function endOfMessage(waiting: Buffer): number {
  return waiting.length < 2 ? Infinity : 2 + waiting.readUInt16BE(0);
}

function sendMessage(connection: Socket, bytes: Buffer): void {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  connection.write(Buffer.concat([length, bytes]));
}
