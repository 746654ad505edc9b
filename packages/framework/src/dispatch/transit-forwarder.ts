import {
  ProxyContext,
  rejectionResponse,
  validateRequest,
  loopHash,
  type SipRequest,
  type ServerTransaction,
} from "@siplet/core";
import { originOf } from "../message/chain-context.js";
import type { Signalling } from "../message/signalling.js";

/** Tells the passage of a request through the container itself from that through one of its applications. */
const loopSalt = "no application";

/** Sends on what no application of this container wants: the container is a proxy then (JSR 289 §15.4.1). */
export class TransitForwarder {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  /** `request` is the one that goes on: our Routes taken away, those of the router pushed. */
  forward(transaction: ServerTransaction, request: SipRequest): void {
    const { transport, random, routes } = this.#signalling;
    const rules = { own: transport, loopHash: loopHash(transaction.request, loopSalt) };
    const rejection = validateRequest(transaction.request, rules);
    if (rejection !== undefined) {
      return transaction.respond(rejectionResponse(transaction.request, rejection, random.token(64)));
    }
    const companions = { origin: originOf(transaction.connection) };
    const context = new ProxyContext({
      services: this.#signalling,
      transaction,
      request,
      options: { loopSalt, route: (copy, nextHop) => routes.find(copy, nextHop, companions) },
    });
    transaction.user = context;
    context.addTarget(request.requestUriText);
    context.start();
  }

  /** A CANCEL for what was sent on; false when that was something else. */
  cancel(cancel: ServerTransaction, user: unknown): boolean {
    if (!(user instanceof ProxyContext)) return false;
    user.receiveCancel(cancel);
    return true;
  }
}
