import { andThen, type SyncOrPromise } from "../auth/users/sync-or-promise.js";
import { isEngineError } from "../errors/engine-error.js";
import type { Contact } from "../headers/contact.js";
import { ResponseBuilder } from "../message/response-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { answerCancel } from "../transaction/answer-cancel.js";
import type { ServerTransaction } from "../transaction/server-transaction.js";
import type { TransactionUser } from "../transaction/transaction-user.js";
import type { TransportLayer } from "../transport/layer/transport-layer.js";
import type { Connection } from "../transport/transport.js";
import { ProxyContext } from "./context/proxy-context.js";
import type { ProxyOptions } from "./context/proxy-options.js";
import { DomainRouter } from "./domain-router.js";
import { edgeOptions } from "./edge/edge-routes.js";
import { flowRoute } from "./edge/flow-route.js";
import type { ProxyTarget } from "./edge/located-targets.js";
import { forwardAck } from "./forward/forward-ack.js";
import { forwardOn } from "./forward/forward-on.js";
import type { ForwardOptions, ForwardServices } from "./forward/forward-services.js";
import { forkHash } from "./request/loop-detection.js";
import { takeOwnRoutes, type RoutedRequest } from "./request/take-own-routes.js";
import { rejectionResponse, validateRequest } from "./request/validate-request.js";
import type { RouteDecision, SipProxyOptions } from "./sip-proxy-options.js";

/** What a proxy stands on. A `SipStack` has it. */
export interface SipProxyServices extends ForwardServices {
  readonly transport: Pick<TransportLayer, "isOwnAddress" | "isOwnVia" | "transports">;
}

/** Options of one request that are filled in once its way is known. */
type OpenOptions = { -readonly [Name in keyof ProxyOptions]: ProxyOptions[Name] };

/** What a request in work carries along. */
interface Passage {
  readonly context: ProxyContext;
  readonly routed: RoutedRequest;
  readonly options: OpenOptions;
}

/**
 * A proxy for programs without servlets (RFC 3261 §16): requests of dialogs go by their Route, all others where `route`, or
 * the location service of the domains, says.
 *
 * ```ts
 * const stack = new SipStack();
 * const contacts = new Map([["bob", [Contact.create({ uri: "sip:bob@192.0.2.7" })]]]);
 * stack.attach(
 *   new SipProxy(stack, {
 *     domains: ["example.com"],
 *     lookUp: (uri) => contacts.get(uri.decodedUser ?? ""),
 *     proxy: { recordRoute: true },
 *   }),
 * );
 * await stack.listen("udp:0.0.0.0:5060");
 * ```
 */
export class SipProxy implements TransactionUser {
  readonly #services: SipProxyServices;
  readonly #options: SipProxyOptions;
  readonly #router: DomainRouter;
  readonly #extensions: ReadonlySet<string>;
  readonly #inDialog: ProxyOptions;
  readonly #forwarding: ForwardOptions;

  constructor(services: SipProxyServices, options: SipProxyOptions = {}) {
    this.#services = services;
    this.#options = options;
    this.#router = new DomainRouter(options, services.transport);
    this.#extensions = new Set(options.extensions?.map((tag) => tag.toLowerCase()));
    this.#inDialog = { timerC: options.proxy?.timerC };
    this.#forwarding = { flows: options.flows, gruus: (gruu, request) => this.#router.locate(gruu, request) };
  }

  onRequest(transaction: ServerTransaction): void {
    const { request, connection } = transaction;
    const { transport, random } = this.#services;
    const isInitial = request.toTag === undefined;
    const hash = forkHash(request, this.#options.proxy?.loopSalt);
    const rules = { own: transport, loopHash: hash, extensions: this.#extensions };
    const rejection = validateRequest(request, rules);
    if (rejection !== undefined) return transaction.respond(rejectionResponse(request, rejection, random.token(64)));
    const routed = takeOwnRoutes(request, connection, transport);
    const options = isInitial ? { ...this.#options.proxy } : this.#inDialog;
    const user = isInitial ? this.#options.createUser?.(request) : undefined;
    const parts = { services: this.#services, transaction, request: routed.request, user, options, loopHash: hash };
    const context = new ProxyContext(parts);
    transaction.user = context;
    this.#authorize({ context, routed, options });
  }

  /**
   * Deviates: a CANCEL that matches nothing is answered by 481, not forwarded (RFC 3261 §16.10). This proxy forwards no INVITE
   * without a transaction, so nobody behind it can know the branch.
   */
  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void {
    const context = cancelled?.user;
    if (context instanceof ProxyContext) return context.receiveCancel(cancel);
    answerCancel(cancel, cancelled, this.#services.random.token(64));
  }

  onAck(ack: SipRequest, connection: Connection): void {
    forwardAck(ack, connection, this.#services, this.#forwarding);
  }

  #authorize(passage: Passage): void {
    const { authorize } = this.#options;
    if (authorize === undefined) return this.#route(passage);
    const { request, connection } = passage.context.transaction;
    this.#await(passage, authorize(request, connection), (refusal) => {
      if (refusal === undefined) this.#route(passage);
      else passage.context.respond(refusal);
    });
  }

  #route(passage: Passage): void {
    const { context, routed } = passage;
    if (routed.request.toTag !== undefined || this.#isBound(passage)) return this.#forward(passage);
    const { route } = this.#options;
    if (route === undefined) return this.#await(passage, this.#router.decide(routed.request), this.#follow);
    const decision = route(routed.request, context.transaction.connection);
    this.#await(passage, decision, (known) => {
      if (known !== undefined) this.#follow(known, passage);
      else this.#await(passage, this.#router.decide(routed.request), this.#follow);
    });
  }

  /** A flow token names the one way that the request may take, whatever its Request-URI is (RFC 5626 §5.3). */
  #isBound({ context, routed: { popped } }: Passage): boolean {
    const { flows } = this.#options;
    if (flows === undefined || popped.length === 0) return false;
    return flowRoute(popped, context.transaction.connection, flows).kind !== "none";
  }

  /** Goes on at once where nothing has to be waited for; afterwards only if nobody has answered meanwhile. */
  #await<T>(passage: Passage, value: SyncOrPromise<T>, next: (value: T, passage: Passage) => void): void {
    const { context } = passage;
    const waiting = andThen(value, (known) => (context.isOpen ? next(known, passage) : undefined));
    waiting?.catch((error: unknown) => {
      this.#services.log.error({ error, method: context.transaction.method }, "a request could not be routed");
      if (context.isOpen) context.respond(context.createOwnResponse(500));
    });
  }

  readonly #follow = (decision: RouteDecision, passage: Passage): void => {
    const { context, options } = passage;
    switch (decision.kind) {
      case "answer":
        return context.respond(answerOf(decision.response, context));
      case "redirect":
        return context.respond(redirection(decision.contacts, context));
      case "forward":
        Object.assign(options, decision.options);
        return this.#forward(passage);
      case "targets":
        Object.assign(options, decision.options);
        return this.#startTargets(decision.targets, context);
    }
  };

  #forward({ context, routed }: Passage): void {
    forwardOn(context, routed.popped, this.#services, this.#forwarding);
  }

  #startTargets(targets: readonly ProxyTarget[], context: ProxyContext): void {
    for (const target of targets) this.#addTarget(target, context);
    if (context.branches.length === 0) context.respond(context.createOwnResponse(480));
    else context.start();
  }

  /** A target that is no URI does not spoil the others. */
  #addTarget({ uri, options }: ProxyTarget, context: ProxyContext): void {
    const { flows } = this.#options;
    const passage = { incoming: context.transaction.connection, outgoing: options?.connection };
    const bound = flows === undefined ? undefined : edgeOptions(context.request, passage, flows, context.options);
    try {
      context.addTarget(uri, { ...options, ...bound });
    } catch (error) {
      if (!isEngineError(error) || error.code !== "uri.malformed") throw error;
      this.#services.log.warn({ error }, "a target of a request was left out");
    }
  }
}

function answerOf(response: SipResponse | number, context: ProxyContext): SipResponse {
  return typeof response === "number" ? context.createOwnResponse(response) : response;
}

/** The Request-URI itself is no way out of it (RFC 3261 §8.3). */
function redirection(contacts: readonly Contact[], context: ProxyContext): SipResponse {
  const { requestUri } = context.request;
  const others = contacts.filter(({ uri }) => uri !== undefined && !uri.equals(requestUri));
  if (others.length === 0) return context.createOwnResponse(480);
  return ResponseBuilder.from(context.createOwnResponse(302)).set("Contact", others).build();
}
