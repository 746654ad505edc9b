import {
  DigestClient,
  Locator,
  RequestSender,
  TransactionLayer,
  TransportLayer,
  createResponse,
  type Connection,
  type RandomSource,
  type ServerTransaction,
  type TransactionUser,
} from "@siplet/core";
import {
  ManualClock,
  MemoryNetwork,
  ScriptedResolver,
  createSeededRandom,
  type MemoryTransportOptions,
} from "@siplet/testkit";

/** Everything that a part of a user agent stands on, in the in-memory network. */
export class MemoryAgent implements TransactionUser {
  readonly clock: ManualClock;
  readonly random: RandomSource;
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly sender: RequestSender;
  /** Takes new requests; 501 when nobody does. */
  onRequests: ((transaction: ServerTransaction) => void) | undefined;

  /** Hears of stream connections that end. */
  onConnectionClosed: ((connection: Connection) => void) | undefined;

  private constructor(clock: ManualClock, seed: number) {
    this.clock = clock;
    this.random = createSeededRandom(seed);
    this.transport = new TransportLayer({ clock, random: this.random });
    this.transactions = new TransactionLayer({ transport: this.transport, clock, random: this.random });
    const resolver = new ScriptedResolver({ clock });
    const locator = new Locator({ clock, random: this.random, resolver, protocols: ["udp", "tcp"] });
    this.sender = new RequestSender({ transport: this.transport, transactions: this.transactions, locator });
    this.transactions.attach(this);
    this.transport.attach({
      onRequest: (request, connection) => this.transactions.onRequest(request, connection),
      onResponse: (response, connection) => this.transactions.onResponse(response, connection),
      onConnectionClosed: (connection, error) => {
        this.transactions.onConnectionClosed(connection, error);
        this.onConnectionClosed?.(connection);
      },
    });
  }

  static async open(
    network: MemoryNetwork,
    clock: ManualClock,
    listen: readonly MemoryTransportOptions[],
    seed = 3,
  ): Promise<MemoryAgent> {
    const agent = new MemoryAgent(clock, seed);
    for (const each of listen) await agent.transport.add(network.transport(each));
    return agent;
  }

  /** What a registration, subscription or publication needs. */
  partsFor(user?: { readonly username: string; readonly password: string }) {
    const { sender, clock, random } = this;
    const timers = this.transactions.timers;
    if (user === undefined) return { sender, clock, random, timers };
    return { sender, clock, random, timers, digest: new DigestClient({ credentials: () => user, random }) };
  }

  onRequest(transaction: ServerTransaction): void {
    if (this.onRequests !== undefined) return this.onRequests(transaction);
    transaction.respond(createResponse(transaction.request, 501, { toTag: "nobody" }).build());
  }

  onCancel(cancel: ServerTransaction): void {
    cancel.respond(createResponse(cancel.request, 481, { toTag: "nobody" }).build());
  }

  onAck(_ack: unknown, _connection: Connection): void {
    // nobody waits for it
  }
}

/** A clock and a network under it. */
export function openWorld(): { readonly clock: ManualClock; readonly network: MemoryNetwork } {
  const clock = new ManualClock();
  return { clock, network: new MemoryNetwork({ clock }) };
}
