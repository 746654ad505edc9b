import { EngineError } from "../errors/engine-error.js";
import { canonicalHost } from "../grammar/host.js";
import type { Via } from "../headers/via.js";
import type { SipResponse } from "../message/sip-response.js";
import { reachableAddress } from "../transport/reachable-address.js";
import type { Connection } from "../transport/transport.js";
import { defaultPort, viaPort } from "../transport/via.js";
import type { ClientTransactionParts } from "./client-machine.js";
import type { ClientTransaction } from "./client-transaction.js";
import { InviteClientTransaction } from "./invite-client-transaction.js";
import { NonInviteClientTransaction } from "./non-invite-client-transaction.js";
import type { TransactionContext } from "./transaction-context.js";

type Machine = InviteClientTransaction | NonInviteClientTransaction;

/** All client transactions of an element, found by branch and method (RFC 3261 §17.1.3). */
export class ClientTransactions {
  readonly #context: TransactionContext<ClientTransaction>;
  readonly #machines = new Map<string, Machine>();
  /** Those that end with their stream connection. */
  readonly #onConnection = new Map<Connection, Set<Machine>>();

  constructor(shared: Omit<TransactionContext<ClientTransaction>, "onTerminated">) {
    this.#context = { ...shared, onTerminated: (transaction) => this.#forget(transaction) };
  }

  get size(): number {
    return this.#machines.size;
  }

  /**
   * Makes a transaction and sends its request.
   * @throws EngineError `transaction.state` when the branch is in use
   */
  start(parts: ClientTransactionParts): ClientTransaction {
    const { request, branch, connection } = parts;
    const key = keyOf(branch, request.method);
    if (this.#machines.has(key)) {
      throw new EngineError("transaction.state", { detail: `a ${request.method} with branch ${branch} is on its way` });
    }
    const Machine = request.method === "INVITE" ? InviteClientTransaction : NonInviteClientTransaction;
    const machine = new Machine(parts, this.#context);
    this.#machines.set(key, machine);
    if (connection.transport.isReliable) this.#watch(connection, machine);
    machine.start();
    return machine;
  }

  /** Hands a response to its transaction. False when there is none. */
  receive(response: SipResponse, via: Via): boolean {
    const { branch } = via;
    if (branch === undefined) return false;
    const machine = this.#machines.get(keyOf(branch, response.method));
    if (machine === undefined || machine.method !== response.method || !isSentBy(machine.connection, via)) return false;
    machine.receiveResponse(response);
    return true;
  }

  /**
   * A stream connection ended. By an error: what waits for an answer on it has failed. In good order: the peer may still
   * answer on a connection of its own (RFC 3261 §18.2.2), unless it cannot make one.
   */
  connectionClosed(connection: Connection, error: EngineError | undefined): void {
    const waiting = this.#onConnection.get(connection);
    if (waiting === undefined || (error === undefined && canBeCalled(connection))) return;
    const { protocol } = connection.transport;
    const reason =
      error ?? new EngineError("transport.closed", { detail: `the peer closed the ${protocol} connection` });
    for (const machine of waiting) machine.receiveTransportError(reason);
  }

  /** Ends all without a word to their users. */
  close(): void {
    for (const machine of this.#machines.values()) machine.terminate();
  }

  #watch(connection: Connection, machine: Machine): void {
    const waiting = this.#onConnection.get(connection);
    if (waiting === undefined) this.#onConnection.set(connection, new Set([machine]));
    else waiting.add(machine);
  }

  #forget(transaction: ClientTransaction): void {
    const { branch, method, connection } = transaction;
    this.#machines.delete(keyOf(branch, method));
    const waiting = this.#onConnection.get(connection);
    if (waiting === undefined) return;
    waiting.delete(transaction as Machine);
    if (waiting.size === 0) this.#onConnection.delete(connection);
  }
}

/** A CANCEL has the branch of its INVITE. */
function keyOf(branch: string, method: string): string {
  return method === "CANCEL" ? `${branch}|CANCEL` : branch;
}

/** The top Via of a response names the very address that our request named (RFC 3261 §18.1.2). */
function isSentBy({ transport, remote }: Connection, via: Via): boolean {
  const own = reachableAddress(transport, remote);
  if (viaPort(via) !== (own.port ?? defaultPort(transport.protocol))) return false;
  return via.host === own.host || canonicalHost(via.host) === canonicalHost(own.host);
}

function canBeCalled({ transport }: Connection): boolean {
  const { protocol, local } = transport;
  return protocol !== "ws" && protocol !== "wss" && local.port !== 0;
}
