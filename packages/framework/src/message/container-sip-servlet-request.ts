import {
  createResponse,
  type HeaderField,
  type RequestBuilder,
  type ServerTransaction,
  type SipRequest,
} from "@siplet/core";
import type { Address } from "../api/address.js";
import type { AuthInfo } from "../api/auth-info.js";
import type {
  B2buaHelper,
  InviteBranch,
  Proxy,
  SipServletRequest,
  SipServletResponse,
  SipSession,
} from "../api/object-model.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { SipUri } from "../api/sip-uri.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { Caller } from "../session/caller.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { carriesContact, contactOf } from "./answer-contact.js";
import { ContainerSipServletResponse, requireStatus, type ResponseEnd } from "./container-sip-servlet-response.js";
import { MessageState } from "./message-state.js";
import { routeText } from "./request-rules.js";
import { RoutedServletRequest, type RouteParts } from "./routed-servlet-request.js";
import { lookupOf, type SessionAuthentication } from "./session-authentication.js";

/** What a request that was made here can do. */
export interface OutgoingEnd {
  send(request: ContainerSipServletRequest): Promise<void>;
  createCancel(request: ContainerSipServletRequest): SipServletRequest;
  readonly finalResponse: SipServletResponse | undefined;
}

/** What a request that was received can do. */
export interface IncomingEnd {
  readonly transaction: ServerTransaction;
  /** The request as it came. */
  readonly request: SipRequest;
  /** Whether nothing final was sent. */
  readonly isOpen: boolean;
  readonly finalResponse: ContainerSipServletResponse | undefined;
  servletRequest: ContainerSipServletRequest;
  /** Told once the final response is on its way. */
  onFinal: (() => void) | undefined;
  respond(response: ContainerSipServletResponse): Promise<void>;
  respondReliably(response: ContainerSipServletResponse): Promise<void>;
  /** The session that another response by its session belongs to: a further one is a further dialog. */
  sessionForResponse(session: ContainerSipSession, status: number): ContainerSipSession;
  createInviteBranch(): InviteBranch;
  branchOf(session: SipSession): InviteBranch | undefined;
  /** A proxy takes over: nothing is answered here any more unless it says so. */
  handOver(): void;
  /** Somebody else answered: a proxy forwarded the final response. */
  completeElsewhere(): void;
  /** Answers for a session that is not there any more. */
  refuse(status: number): void;
}

/** A proxy that takes the application's own answers as one branch of several (JSR 289 §10.2.4, virtual branch). */
export interface AnsweringProxy {
  /** Whether the request has been handed to the proxy. */
  readonly isProxying: boolean;
  respond(response: ContainerSipServletResponse): Promise<void>;
}

/** What carries a received request on to somebody else. */
export interface Onward {
  /** Whether the application hears of responses, and of a CANCEL. */
  readonly supervised: boolean;
  /** The caller has cancelled; false when nothing was sent on yet, so that 487 is the answer. */
  cancelByCaller(reasons: readonly HeaderField[]): boolean;
}

/** Makes the proxy of a request: proxies stand above messages, so this is a port. */
export interface ProxyFactory {
  createProxy(request: ContainerSipServletRequest): Proxy & AnsweringProxy;
}

/** How a request is made. */
export interface RequestParts extends RouteParts {
  readonly state: MessageState;
  /** Undefined while the application of an initial request is being chosen: see `bind`. */
  readonly session: ContainerSipSession | undefined;
  readonly method: string;
  readonly isInitial: boolean;
  /** Who sends a request made here. */
  readonly outgoing?: OutgoingEnd;
  readonly proxies?: ProxyFactory;
  /** The credentials of the session, for a request made here. */
  readonly authentication?: () => SessionAuthentication;
  /** The INVITE that this CANCEL wants to end. */
  readonly cancelled?: SipServletRequest | undefined;
  /** The response that this ACK or PRACK acknowledges. */
  readonly acknowledgedResponse?: SipServletResponse;
}

/** A request of this container (JSR 289 §5). */
export class ContainerSipServletRequest extends RoutedServletRequest implements ResponseEnd {
  readonly state: MessageState;
  readonly method: string;
  readonly isInitial: boolean;
  readonly acknowledgedResponse: SipServletResponse | undefined;
  readonly statusOrUndefined = undefined;
  readonly #parts: RequestParts;
  #session: ContainerSipSession | undefined;
  #incoming: IncomingEnd | undefined;
  #proxy: (Proxy & AnsweringProxy) | undefined;
  /** Whether the application acts as B2BUA for it: then it is no proxy (JSR 289 §12). */
  #isRelayed = false;
  /** The request of the other leg. */
  linked: ContainerSipServletRequest | undefined;
  /** What carries it on, once it left the application. */
  onward: Onward | undefined;

  constructor(parts: RequestParts) {
    super(parts);
    this.#parts = parts;
    this.state = parts.state;
    this.#session = parts.session;
    this.method = parts.method;
    this.isInitial = parts.isInitial;
    this.acknowledgedResponse = parts.acknowledgedResponse;
  }

  /** Gives a received request its session and its transaction; ACK and CANCEL have none. */
  bind(session: ContainerSipSession, incoming?: IncomingEnd): void {
    this.#session = session;
    this.#incoming = incoming;
    if (incoming === undefined) return;
    incoming.servletRequest = this;
    if (session.role !== "proxy") session.lastConnection = incoming.transaction.connection;
  }

  requireSession(): ContainerSipSession {
    if (this.#session !== undefined) return this.#session;
    throw new IllegalStateError("state.transaction", {
      detail: "the request has no session before its application and servlet are chosen",
    });
  }

  override get caller(): Caller | undefined {
    return this.#session === undefined ? undefined : super.caller;
  }

  get incoming(): IncomingEnd | undefined {
    return this.#incoming;
  }

  /** The proxy of this request, if there is one already. */
  get existingProxy(): (Proxy & AnsweringProxy) | undefined {
    return this.#proxy;
  }

  protected get isUnsent(): boolean {
    return this.#parts.outgoing !== undefined && !this.state.isCommitted;
  }

  get id(): string {
    return `${this.#incoming === undefined ? "c" : "s"}${this.sequenceNumber}${this.method}`;
  }

  pushRoute(route: SipUri | Address): void {
    if (!this.isInitial && this.session.dialog !== undefined) {
      throw new IllegalStateError("state.subsequent", { detail: "the route set belongs to the dialog" });
    }
    const text = routeText(route);
    this.state.edit("Route").addFirst("Route", text);
  }

  createResponse(status: number, reason?: string): ContainerSipServletResponse {
    requireStatus(status);
    const incoming = this.#incoming;
    if (incoming === undefined || this.method === "ACK") {
      throw new IllegalStateError("state.transaction", { detail: `${this.method} has no response to be made here` });
    }
    if (!incoming.isOpen) {
      throw new IllegalStateError("state.transaction", { detail: `${this.method} already has a final response` });
    }
    return this.makeResponse(incoming.request, status, { reason });
  }

  /** Makes a response whatever was sent before: for the container's own answers, and on branches of an INVITE. */
  makeResponse(
    request: SipRequest,
    status: number,
    options: { readonly reason?: string | undefined; readonly session?: ContainerSipSession } = {},
  ): ContainerSipServletResponse {
    const { reason, session = this.session } = options;
    const builder = createResponse(request, status, { reason, toTag: session.localTag });
    if (carriesContact(this.method, status)) builder.addText("Contact", contactOf(this.state, session.key));
    const response = builder.build();
    return new ContainerSipServletResponse({
      state: new MessageState(builder),
      session,
      request: this,
      status,
      reasonPhrase: response.reasonPhrase,
      isOutgoing: true,
      end: this,
    });
  }

  respond(response: ContainerSipServletResponse): Promise<void> {
    const incoming = this.#incoming;
    if (incoming === undefined) throw new IllegalStateError("state.transaction", { detail: "nothing to answer" });
    if (this.#proxy?.isProxying === true) return this.#proxy.respond(response);
    if (this.onward !== undefined) {
      throw new IllegalStateError("state.proxy", {
        detail: `the ${this.method} was forwarded when its handler returned`,
      });
    }
    if (response.status >= 200) this.state.commit();
    return incoming.respond(response);
  }

  respondReliably(response: ContainerSipServletResponse): Promise<void> {
    const incoming = this.#incoming;
    if (incoming === undefined || this.#proxy?.isProxying === true) {
      throw new IllegalStateError("state.transaction", { detail: "only a user agent answers reliably" });
    }
    return incoming.respondReliably(response);
  }

  get receivedRequest(): SipRequest | undefined {
    return this.#incoming?.request;
  }

  branchOf(session: SipSession): InviteBranch | undefined {
    return this.#incoming?.branchOf(session);
  }

  createAck(): SipServletRequest {
    throw new IllegalStateError("state.transaction", { detail: "a response made here is not acknowledged here" });
  }

  createCancel(): SipServletRequest {
    const { outgoing } = this.#parts;
    if (outgoing !== undefined && this.method === "INVITE") return outgoing.createCancel(this);
    throw new IllegalStateError("state.transaction", {
      detail: `${this.method} cannot be cancelled here; only an INVITE of our own, a proxied one by proxy.cancel()`,
    });
  }

  createInviteBranch(): InviteBranch {
    if (this.#incoming !== undefined && this.#proxy === undefined) return this.#incoming.createInviteBranch();
    throw new IllegalStateError("state.transaction", {
      detail: "only a received INVITE that is not proxied has branches",
    });
  }

  get finalResponse(): SipServletResponse | undefined {
    return this.#incoming?.finalResponse ?? this.#parts.outgoing?.finalResponse;
  }

  getProxy(): Proxy;
  getProxy(create: boolean): Proxy | undefined;
  getProxy(create = true): Proxy | undefined {
    const { proxies, cancelled } = this.#parts;
    const incoming = this.#incoming;
    this.#proxy ??= cancelled?.getProxy(false) as (Proxy & AnsweringProxy) | undefined;
    if (this.#proxy !== undefined || !create) return this.#proxy;
    if (this.#isRelayed) {
      throw new IllegalStateError("state.b2bua", { detail: `getB2buaHelper was called on this ${this.method}` });
    }
    if (!this.isInitial || incoming === undefined || proxies === undefined) {
      throw new IllegalStateError("state.not-initial", { detail: `getProxy on ${this.method}` });
    }
    if (!incoming.isOpen) throw new IllegalStateError("state.proxy", { detail: "a final response was already sent" });
    this.#proxy = proxies.createProxy(this);
    return this.#proxy;
  }

  getB2buaHelper(): B2buaHelper {
    if (this.#proxy !== undefined || this.session.role === "proxy") {
      throw new IllegalStateError("state.b2bua", { detail: `this ${this.method} is proxied` });
    }
    this.#isRelayed = true;
    return this.session.application.messages.b2buaHelperFor(this);
  }

  addAuthHeader(challenge: SipServletResponse, info: AuthInfo): void;
  addAuthHeader(challenge: SipServletResponse, username: string, password: string): void;
  addAuthHeader(challenge: SipServletResponse, ...login: [AuthInfo] | [string, string]): void {
    const { authentication } = this.#parts;
    if (authentication === undefined || !(challenge instanceof ContainerSipServletResponse)) {
      throw new IllegalStateError("state.transaction", { detail: "credentials go into a request made here" });
    }
    const draft = this.state.edit("the credentials") as RequestBuilder;
    authentication().answer(challenge.state.response(), draft, lookupOf(login));
  }

  get servletContext(): SipServletContext {
    return this.session.servletContext;
  }

  send(): Promise<void> {
    const { outgoing } = this.#parts;
    if (outgoing === undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: `a received ${this.method} is not sent; answer or proxy it`,
      });
    }
    if (this.state.isCommitted) {
      throw new IllegalStateError("state.committed", { detail: `this ${this.method} was already sent` });
    }
    return outgoing.send(this);
  }
}
