import type { Context } from "@opentelemetry/api";

/** The contexts of one session. */
interface SessionContexts {
  readonly open: Map<string, Context>;
  /** The last one that ended: its answer may still wait for its handler. */
  last: { readonly key: string; readonly context: Context } | undefined;
}

/** Which transaction of a session. */
export interface TransactionKey {
  readonly sessionId: string;
  readonly sequenceNumber: number;
  readonly isServer: boolean;
}

/** Finds the context of the transaction that a message belongs to. */
export class TransactionContexts {
  readonly #sessions = new Map<string, SessionContexts>();

  add(key: TransactionKey, context: Context): void {
    const known = this.#sessions.get(key.sessionId);
    if (known !== undefined) known.open.set(nameOf(key), context);
    else this.#sessions.set(key.sessionId, { open: new Map([[nameOf(key), context]]), last: undefined });
  }

  find(key: TransactionKey): Context | undefined {
    const session = this.#sessions.get(key.sessionId);
    const name = nameOf(key);
    return session?.open.get(name) ?? (session?.last?.key === name ? session.last.context : undefined);
  }

  /** The transaction is over. */
  end(key: TransactionKey): void {
    const session = this.#sessions.get(key.sessionId);
    const name = nameOf(key);
    const context = session?.open.get(name);
    if (session === undefined || context === undefined) return;
    session.open.delete(name);
    session.last = { key: name, context };
  }

  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }
}

function nameOf({ sequenceNumber, isServer }: TransactionKey): string {
  return `${sequenceNumber} ${isServer ? "server" : "client"}`;
}
