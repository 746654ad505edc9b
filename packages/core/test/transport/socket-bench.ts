import { connect, type Socket } from "node:net";
import {
  TransportLayer,
  createResponse,
  type Connection,
  type EngineError,
  type Endpoint,
  type MessageUser,
  type SipRequest,
  type SipResponse,
  type TransportLayerOptions,
} from "@siplet/core";
import { ManualClock, optionsText } from "@siplet/testkit";

/** Waits, in real time, until something holds. */
export async function until(holds: () => boolean, what = "it"): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > end) throw new RangeError(`never came true: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets everything happen that is under way between sockets of this machine. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A transport layer on real sockets, under a clock that the test moves, with everything that it told. */
export class SocketBench implements MessageUser {
  readonly clock = new ManualClock();
  readonly layer: TransportLayer;
  readonly requests: { readonly request: SipRequest; readonly connection: Connection }[] = [];
  readonly responses: SipResponse[] = [];
  readonly ends: { readonly connection: Connection; readonly error: EngineError | undefined }[] = [];
  /** Whether requests are answered with 200 at once. */
  answers = false;
  readonly #clients: Socket[] = [];

  constructor(options: TransportLayerOptions = {}) {
    this.layer = new TransportLayer({ clock: this.clock, ...options });
    this.layer.attach(this);
  }

  onRequest(request: SipRequest, connection: Connection): void {
    this.requests.push({ request, connection });
    if (!this.answers) return;
    const response = createResponse(request, 200, { toTag: "bench" }).build();
    this.layer.send(response, this.layer.responseConnection(request, connection));
  }

  onResponse(response: SipResponse): void {
    this.responses.push(response);
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.ends.push({ connection, error });
  }

  /** A bare TCP client whose received octets are kept. */
  async client(to: Endpoint): Promise<RawClient> {
    const client = new RawClient(connect({ host: to.address, port: to.port, noDelay: true }));
    this.#clients.push(client.socket);
    await until(() => !client.socket.connecting, "the client is connected");
    return client;
  }

  async close(): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    const closed = this.layer.close();
    await settle(2);
    this.clock.advance(2000);
    await closed;
  }
}

/** A peer that knows no SIP. */
export class RawClient {
  readonly socket: Socket;
  readonly chunks: string[] = [];
  isEnded = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => this.chunks.push(chunk.toString("latin1")));
    socket.on("error", () => {});
    socket.on("end", () => (this.isEnded = true));
    socket.on("close", () => (this.isEnded = true));
  }

  get received(): string {
    return this.chunks.join("");
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, "latin1"));
  }

  /** Sends an OPTIONS that names this very client. */
  sendOptions(sequenceNumber = 1): void {
    const { localAddress, localPort } = this.socket;
    this.send(optionsText({ transport: "TCP", sentBy: `${localAddress}:${localPort}`, sequenceNumber }));
  }
}
