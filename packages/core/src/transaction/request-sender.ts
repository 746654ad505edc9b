import type { Clock } from "../clock/clock.js";
import { EngineError, isEngineError } from "../errors/engine-error.js";
import { silentLogger, type Logger } from "../log/logger.js";
import type { NextHop } from "../locate/hop/next-hop.js";
import { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { Connection } from "../transport/transport.js";
import { nextHopTarget } from "./next-hop-target.js";
import type { RequestRouter } from "./request-route.js";
import { prepareAttempt, prepareOn, type AttemptOptions } from "./outgoing-attempt.js";
import { SentRequest, type SendContext, type SendRequestOptions, type SentRequestUser } from "./sent-request.js";
import type { SendCallback } from "./transaction-context.js";

/** What a sender needs. */
export type RequestSenderParts = Omit<SendContext, "clock" | "log"> & { readonly clock?: Clock; readonly log?: Logger };

/** How a request without transaction is sent. */
export interface SendStatelessOptions extends AttemptOptions {
  /** Sends there, whatever the URI says. */
  readonly connection?: Connection;
  /** Decides the way in place of the router of the sender. */
  readonly route?: RequestRouter;
  /** Told once what became of it. */
  readonly done?: SendCallback;
}

/**
 * Sends requests to where their Route or Request-URI leads: location, connection, transaction, and the next server when one
 * fails. RFC 3261 §8.1.2, RFC 3263. Where an address needs no look-up, all is done before the call returns.
 */
export class RequestSender {
  readonly #context: SendContext;

  constructor(parts: RequestSenderParts) {
    this.#context = { ...parts, clock: parts.clock ?? parts.transactions.clock, log: parts.log ?? silentLogger };
  }

  /**
   * Sends a request in a transaction of its own. The builder may be changed or sent again afterwards.
   * @throws EngineError when it is clear at once that nothing can be sent
   */
  send(request: RequestBuilder, user: SentRequestUser, options: SendRequestOptions = {}): SentRequest {
    const sent = new SentRequest({ draft: request.build(), user, options }, this.#context);
    sent.start();
    return sent;
  }

  /**
   * Sends the ACK for a 2xx: once, by no transaction, to the first server that takes it. That none took it is told by `done`
   * and in the log. RFC 3261 §13.2.2.4
   * @throws EngineError when its URI leads nowhere
   */
  sendAck(ack: RequestBuilder | SipRequest, options: SendStatelessOptions = {}): void {
    const draft = ack instanceof RequestBuilder ? ack.build() : ack;
    const { nextHop, route = this.#context.route } = options;
    const known = options.connection ?? route?.(draft, nextHop)?.connection;
    if (known !== undefined) {
      const { request, connection } = prepareOn(known, { draft, options, branch: "" });
      this.#context.transactions.sendStateless(request, connection, options.done);
      return;
    }
    const located = this.#context.locator.locate(nextHopTarget(draft, nextHop));
    if (!(located instanceof Promise)) return this.#sendTo(draft, located, options);
    located
      .then((hops) => this.#sendTo(draft, hops, options))
      .catch((error: unknown) => this.#report(error, draft, options));
  }

  /** To the first hop, and to the next one each time the transport fails. */
  #sendTo(draft: SipRequest, hops: readonly NextHop[], options: SendStatelessOptions): void {
    const { transport, transactions, locator } = this.#context;
    const plan = { draft, branch: transactions.createBranch(), options };
    const cursor = locator.cursor(hops, { barred: "last" });
    const tryNext = (failure?: unknown): void => {
      const hop = cursor.next();
      if (hop === undefined) return this.#report(failure, draft, options);
      try {
        const { request, connection } = prepareAttempt(transport, hop, plan);
        transactions.sendStateless(request, connection, (error) => (error ? tryNext(error) : options.done?.()));
      } catch (error) {
        tryNext(error);
      }
    };
    tryNext();
  }

  #report(error: unknown, draft: SipRequest, { done }: SendStatelessOptions): void {
    this.#context.log.warn({ error, callId: draft.callId }, `the ${draft.method} could not be sent`);
    const failure = isEngineError(error)
      ? error
      : new EngineError("transport.failed", { detail: String(error), cause: error });
    done?.(failure);
  }
}
