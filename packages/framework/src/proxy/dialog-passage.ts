import {
  createResponse,
  forwardRequest,
  type HeaderField,
  type ProxyBranch as EngineBranch,
  type ProxyContext,
  type ProxyUser,
  type ResponseVerdict,
  type SipResponse,
} from "@siplet/core";
import type { ContainerSipServletRequest, IncomingEnd } from "../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../message/container-sip-servlet-response.js";
import { postMessage } from "../message/post-message.js";
import { completeRequest, failRequest } from "../message/session-outcome.js";
import { existingUsage } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import { withSequenceNumber, withTargets } from "../session/proxied-dialog.js";
import { routeFrom } from "./route-from.js";
import { shownResponse } from "./shown-response.js";

/**
 * One request inside a dialog that runs through a record-routing proxy, from the return of its handler to its final response
 * (JSR 289 §10.2.8). It goes to one place, as the handler left it; its responses are shown and go back.
 */
export class DialogPassage implements ProxyUser {
  readonly #request: ContainerSipServletRequest;
  readonly #incoming: IncomingEnd;
  readonly #signalling: Signalling;
  #context: ProxyContext | undefined;
  #isEnded = false;

  constructor(request: ContainerSipServletRequest, incoming: IncomingEnd, signalling: Signalling) {
    this.#request = request;
    this.#incoming = incoming;
    this.#signalling = signalling;
  }

  /** Whether the application hears of a CANCEL. */
  get supervised(): boolean {
    return this.#request.session.isSupervised;
  }

  /** Sends the request on. */
  start(): void {
    const { session } = this.#request;
    if (session.proxied !== undefined) session.proxied = withSequenceNumber(session.proxied, this.#incoming.request);
    this.#incoming.handOver();
    this.#request.onward = this;
    void postMessage(session, () => this.#forward()).catch((error: unknown) => this.#refuse(error));
  }

  cancelByCaller(reasons: readonly HeaderField[]): boolean {
    this.#context?.cancelledByClient(reasons);
    return true;
  }

  onProvisional(response: SipResponse, branch: EngineBranch): ResponseVerdict {
    return this.#show(response, branch);
  }

  onSuccess(response: SipResponse, branch: EngineBranch): ResponseVerdict {
    return this.#show(response, branch);
  }

  onBestResponse(response: SipResponse, branch: EngineBranch | undefined): ResponseVerdict {
    return this.#show(response, branch);
  }

  onForwarded(response: SipResponse): void {
    if (response.isProvisional) return;
    const { session } = this.#request;
    const { request } = this.#incoming;
    const { statusCode } = response;
    if (session.isValid) session.touch();
    if (session.proxied !== undefined && response.isSuccess) {
      session.proxied = withTargets(session.proxied, request, response);
    }
    completeRequest(session, request, statusCode, false);
    if (statusCode >= 300) failRequest(session, request, statusCode);
    this.#end();
  }

  onCompleted(): void {
    this.#end();
    if (this.#request.session.isValid) this.#signalling.deliveries.settle(this.#request.session);
  }

  #forward(): void {
    const { transaction } = this.#incoming;
    const { session, routed } = this.#request;
    const options = { from: existingUsage(session)?.outbound };
    const services = this.#signalling;
    this.#context = forwardRequest({ transaction, routed, user: this, options }, services, {
      flows: services.flows,
      gruus: services.gruus,
      route: routeFrom(transaction.connection, services),
    });
  }

  #show(response: SipResponse, engine: EngineBranch | undefined): ResponseVerdict {
    const { session } = this.#request;
    if (!session.isSupervised || !session.isValid) return "forward";
    const { deliveries } = this.#signalling;
    const shown = shownResponse(response, this.#request, { session, engine });
    if (!deliveries.hasResponseHandler(shown, session)) return "forward";
    deliveries.deliverResponse(shown, session, () => this.#release(shown));
    return "withhold";
  }

  #release(response: ContainerSipServletResponse): void {
    void postMessage(this.#request.session, () => this.#context?.forward(response.state.response())).catch(
      (error: unknown) => this.#log(error),
    );
  }

  /** It cannot be sent as it is: the peer is told. */
  #refuse(error: unknown): void {
    this.#log(error);
    const { request, transaction, isOpen } = this.#incoming;
    if (isOpen) transaction.respond(createResponse(request, 400).build());
    this.#end();
  }

  #log(error: unknown): void {
    const { method, callId } = this.#request;
    this.#signalling.log.warn({ error, method, callId }, "a message of a proxied dialog could not be forwarded");
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#incoming.completeElsewhere();
  }
}
