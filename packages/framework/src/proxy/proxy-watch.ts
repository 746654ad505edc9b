import {
  createsDialog,
  type ProxyBranch as EngineBranch,
  type ProxyContext,
  type ProxyUser,
  type ResponseVerdict,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import type { Proxy } from "../api/object-model.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../message/container-sip-servlet-response.js";
import { postMessage } from "../message/post-message.js";
import type { Signalling } from "../message/signalling.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Lingering } from "../session/lingering.js";
import type { ContainerProxyBranch } from "./container-proxy-branch.js";
import { ProxiedSessions } from "./proxied-sessions.js";
import { shownResponse } from "./shown-response.js";

/** The proxy that is watched. */
export interface WatchedProxy {
  readonly facade: Proxy;
  readonly request: ContainerSipServletRequest;
  /** Whether the application sees the responses. */
  readonly supervised: boolean;
  branchOf(engine: EngineBranch): ContainerProxyBranch;
}

/** Whose a response is. */
export interface ShowOptions {
  readonly session: ContainerSipSession;
  readonly branch: ContainerProxyBranch | undefined;
  readonly isBranchResponse?: boolean;
}

/**
 * Stands between the proxying of one request and the application: shows each response before it goes on, and keeps the
 * states of the sessions (JSR 289 §10.2). A response that no handler wants goes on at once.
 */
export class ProxyWatch implements ProxyUser, Lingering {
  readonly #proxy: WatchedProxy;
  readonly #signalling: Signalling;
  #context: ProxyContext | undefined;
  #sessions: ProxiedSessions | undefined;
  /** What the application is looking at and may replace. */
  #best: ContainerSipServletResponse | undefined;
  #isAnsweredHere = false;

  constructor(proxy: WatchedProxy, signalling: Signalling) {
    this.#proxy = proxy;
    this.#signalling = signalling;
  }

  /** Takes what it watches, once that is made. */
  attach(context: ProxyContext, request: SipRequest): void {
    this.#context = context;
    this.#sessions = new ProxiedSessions({
      original: this.#proxy.request.session,
      request,
      signalling: this.#signalling,
      supervised: this.#proxy.supervised,
      isOnPath: (engine) => this.#proxy.branchOf(engine).settings.recordRoute,
    });
  }

  onProvisional(response: SipResponse, engine: EngineBranch): ResponseVerdict {
    return this.#receive(response, engine);
  }

  onSuccess(response: SipResponse, engine: EngineBranch): ResponseVerdict {
    return this.#receive(response, engine);
  }

  onBranchResponse(response: SipResponse, engine: EngineBranch): void {
    const branch = this.#proxy.branchOf(engine);
    const session = this.#sessions?.fail(engine, response) ?? this.#proxy.request.session;
    branch.receive(response);
    this.#show(response, engine, { session, branch, isBranchResponse: true });
  }

  /** An answer of the application itself, its virtual branch, is shown as well when it is the best. */
  onBestResponse(response: SipResponse, engine: EngineBranch | undefined): ResponseVerdict {
    const branch = engine && this.#proxy.branchOf(engine);
    return this.#show(response, engine, { session: this.#proxy.request.session, branch });
  }

  onForwarded(response: SipResponse): void {
    const { session, method } = this.#proxy.request;
    if (session.isValid) session.touch();
    if (response.isProvisional) return;
    if (response.statusCode >= 300 && createsDialog(method)) this.#sessions?.reject();
  }

  onBranchTerminated(engine: EngineBranch): void {
    this.#sessions?.end(engine);
    this.#proxy.request.session.applicationSession.depart(this);
  }

  onCompleted(): void {
    if (!this.#isAnsweredHere) this.#proxy.request.incoming?.completeElsewhere();
    const { applicationSession } = this.#proxy.request.session;
    if (applicationSession.isOpen) applicationSession.linger(this);
    else this.onSessionOver();
    this.#sessions?.complete();
  }

  /** Further 2xx may come, but nobody is left who could see them. */
  onSessionOver(): void {
    this.#context?.releaseUser();
  }

  /** The application answers 2xx by itself: it is the user agent of that dialog from now on. */
  answer(response: ContainerSipServletResponse, context: ProxyContext): Promise<void> {
    const { session, incoming } = this.#proxy.request;
    if (incoming === undefined) return Promise.resolve();
    this.#isAnsweredHere = true;
    session.leaveDialog();
    session.role = "uas";
    session.isOffPath = false;
    const sent = incoming.respond(response);
    context.noteAnswered(response.status);
    return sent;
  }

  /** A response as applications see it. */
  wrap(response: SipResponse, { session, branch, isBranchResponse }: ShowOptions): ContainerSipServletResponse {
    const { request, facade: proxy } = this.#proxy;
    const engine = branch?.engineBranch;
    return shownResponse(response, request, { session, engine, proxy, proxyBranch: branch, isBranchResponse });
  }

  #receive(response: SipResponse, engine: EngineBranch): ResponseVerdict {
    const branch = this.#proxy.branchOf(engine);
    const session = this.#sessions?.receive(response, engine) ?? this.#proxy.request.session;
    branch.receive(response);
    return this.#show(response, engine, { session, branch });
  }

  #show(response: SipResponse, engine: EngineBranch | undefined, options: ShowOptions): ResponseVerdict {
    const { session, isBranchResponse = false } = options;
    if (!this.#proxy.supervised || !session.isValid) return "forward";
    const shown = this.wrap(response, options);
    const { deliveries } = this.#signalling;
    if (!deliveries.hasResponseHandler(shown, session)) return "forward";
    if (isBranchResponse) {
      deliveries.deliverResponse(shown, session);
      return "withhold";
    }
    if (response.statusCode >= 300) this.#best = shown;
    deliveries.deliverResponse(shown, session, () => this.#release(shown));
    return "withhold";
  }

  /** The handler of a response has returned: what it did not replace goes on. */
  #release(response: ContainerSipServletResponse): void {
    void postMessage(this.#proxy.request.session, () => {
      const context = this.#context;
      if (context === undefined) return;
      const isBest = response.status >= 300;
      if (isBest && (this.#best !== response || context.state !== "withheld")) return;
      context.forward(response.state.response());
    }).catch((error: unknown) => {
      const { callId } = response;
      this.#signalling.log.warn({ error, callId }, "a response could not be forwarded");
    });
  }
}
