import { createHmac } from "node:crypto";
import { FlowToken, type Connection, type FlowTable, type FlowTokens, type FlowVerdict } from "@siplet/core";

/** Hears of a flow that ended, by its token. */
export type FlowClosed = (token: string) => void;

/** The flows of a container (RFC 5626): tokens that lead back to them, and who hears when one has ended. */
export class ContainerFlows implements FlowTokens {
  readonly #tokens: FlowToken;
  readonly #listeners = new Set<FlowClosed>();

  /** @param secret that of the container; containers that share it know each other's tokens */
  constructor(flows: FlowTable, secret: string | Uint8Array) {
    this.#tokens = new FlowToken({ flows, key: createHmac("sha256", secret).update("flow tokens").digest() });
  }

  create(connection: Connection): string {
    return this.#tokens.create(connection);
  }

  verify(token: string): FlowVerdict {
    return this.#tokens.verify(token);
  }

  /** Tells `listener` from now on; gives the function that ends it. */
  onClosed(listener: FlowClosed): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A stream connection has ended. */
  closed(connection: Connection): void {
    if (this.#listeners.size === 0) return;
    const token = this.#tokens.create(connection);
    for (const listener of this.#listeners) listener(token);
  }
}
