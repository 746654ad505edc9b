import {
  createsDialog,
  type ProxyBranch as EngineBranch,
  type ProxyContext,
  type ProxyUser,
  type ResponseVerdict,
  type SipResponse,
} from "@siplet/core";
import type { ProxyBranch } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { ContainerSipServletResponse, type ResponseEnd } from "../message/container-sip-servlet-response.js";
import { MessageState } from "../message/message-state.js";
import type { Signalling } from "../message/signalling.js";

/** What a watch needs beside the container's signalling. */
export interface WatchOptions {
  /** Whether the application sees the responses. */
  readonly supervised: boolean;
  /** The branch of the servlet API behind one of the engine. */
  branchOf(branch: EngineBranch): ProxyBranch | undefined;
}

/** A response that came by a proxy is neither answered nor acknowledged by the application. */
const forwardedEnd: ResponseEnd = {
  respond: () => {
    throw new IllegalStateError("state.proxy", { detail: "the proxy forwards this response by itself" });
  },
  createAck: () => {
    throw new IllegalStateError("state.proxy", { detail: "the caller acknowledges a proxied call" });
  },
};

/**
 * Stands between the proxying of one request and the application: shows each response before it goes on, and keeps the
 * session's state (JSR 289 §10.2). A response that no handler wants goes on at once.
 */
export class ProxyWatch implements ProxyUser {
  readonly #request: ContainerSipServletRequest;
  readonly #signalling: Signalling;
  readonly #options: WatchOptions;
  #context: ProxyContext | undefined;
  #isEnded = false;

  constructor(request: ContainerSipServletRequest, signalling: Signalling, options: WatchOptions) {
    this.#request = request;
    this.#signalling = signalling;
    this.#options = options;
  }

  /** Takes what it watches, once that is made. */
  attach(context: ProxyContext): void {
    this.#context = context;
  }

  onProvisional(response: SipResponse, branch: EngineBranch): ResponseVerdict {
    return this.#show(response, branch, false);
  }

  onSuccess(response: SipResponse, branch: EngineBranch): ResponseVerdict {
    return this.#show(response, branch, false);
  }

  onBranchResponse(response: SipResponse, branch: EngineBranch): void {
    this.#show(response, branch, true);
  }

  onBestResponse(response: SipResponse, branch: EngineBranch | undefined): ResponseVerdict {
    return branch === undefined ? "forward" : this.#show(response, branch, false);
  }

  onForwarded(response: SipResponse): void {
    const { session, method } = this.#request;
    session.touch();
    if (response.statusCode > 100 && createsDialog(method)) this.#followDialog(response);
    if (response.isProvisional) return;
    if (method === "BYE") session.moveTo("TERMINATED");
    this.#end();
  }

  onCompleted(): void {
    this.#end();
    if (this.#request.session.isValid) this.#signalling.deliveries.settle(this.#request.session);
  }

  /** The handler of a response has returned: what it did not replace goes on. */
  release(response: ContainerSipServletResponse): void {
    const context = this.#context;
    if (context === undefined || response.isBranchResponse) return;
    const message = response.state.response();
    const isBest = message.statusCode >= 300;
    if (isBest && context.state !== "withheld") return;
    this.#request.session.applicationSession.outbox.post({
      transmit: () => context.forward(message),
      discard: () => {},
    });
  }

  #show(response: SipResponse, branch: EngineBranch, isBranchResponse: boolean): ResponseVerdict {
    if (!this.#options.supervised) return "forward";
    const { session } = this.#request;
    const shown = new ContainerSipServletResponse({
      state: new MessageState(response, branch.connection),
      session,
      request: this.#request,
      status: response.statusCode,
      reasonPhrase: response.reasonPhrase,
      isOutgoing: false,
      end: forwardedEnd,
      proxyBranch: this.#options.branchOf(branch),
      isBranchResponse,
    });
    const { deliveries } = this.#signalling;
    if (!deliveries.hasResponseHandler(shown, session)) return "forward";
    deliveries.deliverResponse(shown, session, () => this.release(shown));
    return "withhold";
  }

  /** EARLY and CONFIRMED by what passes; a failure ends what was never confirmed (JSR 289 §6.2.1). */
  #followDialog(response: SipResponse): void {
    const { session } = this.#request;
    if (response.statusCode >= 300) {
      if (session.state !== "CONFIRMED") session.moveTo("TERMINATED");
      return;
    }
    const { toTag, fromTag } = response;
    if (toTag === undefined) return;
    session.findBy(response.callId, fromTag ?? "", toTag);
    if (session.state !== "CONFIRMED") session.moveTo(response.isSuccess ? "CONFIRMED" : "EARLY");
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#request.incoming?.completeElsewhere();
  }
}
