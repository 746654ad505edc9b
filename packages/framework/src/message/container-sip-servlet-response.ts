import { ResponseBuilder, understands, type SipRequest } from "@siplet/core";
import type { InviteBranch, Proxy, ProxyBranch, SipServletRequest, SipSession } from "../api/object-model.js";
import { SipServletResponse } from "../api/object-model.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { Rel100Error } from "../errors/rel100-error.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { withMessage } from "./message-mixin.js";
import type { MessageState } from "./message-state.js";

/** What a response can do beyond holding its text: those who sent or received the request know. */
export interface ResponseEnd {
  /** Sends a response made here. */
  respond(response: ContainerSipServletResponse): Promise<void>;
  /** Makes the ACK for a received 2xx. */
  createAck(response: ContainerSipServletResponse): SipServletRequest;
  /** Makes the PRACK for a received reliable provisional. */
  createPrack?(response: ContainerSipServletResponse): SipServletRequest;
  /** Sends a response made here reliably. */
  respondReliably?(response: ContainerSipServletResponse): Promise<void>;
  /** The request of a response made here, as it came. */
  readonly receivedRequest?: SipRequest | undefined;
  /** The branch of the INVITE that a session is. */
  branchOf?(session: SipSession): InviteBranch | undefined;
}

/** How a response is made. */
export interface ResponseParts {
  readonly state: MessageState;
  readonly session: ContainerSipSession;
  readonly request: SipServletRequest | undefined;
  readonly status: number;
  readonly reasonPhrase: string;
  /** True for responses made here. */
  readonly isOutgoing: boolean;
  readonly end: ResponseEnd;
  readonly proxyBranch?: ProxyBranch | undefined;
  /** The proxy it came by, also when no branch did: the winning answer of the application itself. */
  readonly proxy?: Proxy | undefined;
  readonly isBranchResponse?: boolean;
}

/** A response of this container (JSR 289 §5). */
export class ContainerSipServletResponse extends withMessage(SipServletResponse) {
  readonly state: MessageState;
  readonly request: SipServletRequest | undefined;
  readonly proxyBranch: ProxyBranch | undefined;
  readonly isBranchResponse: boolean;
  readonly #proxy: Proxy | undefined;
  readonly #session: ContainerSipSession;
  readonly #isOutgoing: boolean;
  readonly #end: ResponseEnd;
  #status: number;
  #reasonPhrase: string;

  constructor(parts: ResponseParts) {
    super();
    this.state = parts.state;
    this.#session = parts.session;
    this.request = parts.request;
    this.proxyBranch = parts.proxyBranch;
    this.#proxy = parts.proxy;
    this.isBranchResponse = parts.isBranchResponse ?? false;
    this.#isOutgoing = parts.isOutgoing;
    this.#end = parts.end;
    this.#status = parts.status;
    this.#reasonPhrase = parts.reasonPhrase;
  }

  requireSession(): ContainerSipSession {
    return this.#session;
  }

  get method(): string {
    return this.request?.method ?? this.state.response().method;
  }

  get status(): number {
    return this.#status;
  }

  get statusOrUndefined(): number {
    return this.#status;
  }

  get reasonPhrase(): string {
    return this.#reasonPhrase;
  }

  get proxy(): Proxy | undefined {
    return this.#proxy ?? this.request?.getProxy(false);
  }

  setStatus(status: number, reason?: string): void {
    requireStatus(status);
    const draft = this.state.edit("the status");
    const fresh = new ResponseBuilder(status, reason);
    if (!(draft instanceof ResponseBuilder)) return;
    draft.statusCode = status;
    draft.reasonPhrase = reason ?? fresh.build().reasonPhrase;
    // Who may write Contact hangs on the status.
    this.headerAccess = undefined;
    this.#status = status;
    this.#reasonPhrase = reason ?? fresh.build().reasonPhrase;
  }

  get inviteBranch(): InviteBranch | undefined {
    return this.method === "INVITE" ? this.#end.branchOf?.(this.#session) : undefined;
  }

  createAck(): SipServletRequest {
    if (this.method !== "INVITE" || this.#status < 200 || this.#status > 299 || this.#isOutgoing) {
      throw new IllegalStateError("state.transaction", {
        detail: `no ACK for ${this.#status} to ${this.method}: applications acknowledge received 2xx to INVITE only`,
      });
    }
    return this.#end.createAck(this);
  }

  createPrack(): SipServletRequest {
    const detail = `${this.#status} to ${this.method}`;
    if (this.method !== "INVITE") throw new Rel100Error(Rel100Error.NOT_INVITE, { detail });
    if (this.#status <= 100 || this.#status > 199) throw new Rel100Error(Rel100Error.NOT_1XX, { detail });
    if (!this.isReliableProvisional) throw new Rel100Error(Rel100Error.NOT_100REL, { detail });
    const prack = this.#isOutgoing ? undefined : this.#end.createPrack?.(this);
    if (prack !== undefined) return prack;
    throw new IllegalStateError("state.transaction", { detail: `${detail}: its PRACK is made by who sent the INVITE` });
  }

  sendReliably(): Promise<void> {
    const detail = `${this.#status} to ${this.method}`;
    this.#requireSendable();
    if (this.method !== "INVITE") throw new Rel100Error(Rel100Error.NOT_INVITE, { detail });
    if (this.#status <= 100 || this.#status > 199) throw new Rel100Error(Rel100Error.NOT_1XX, { detail });
    const { receivedRequest } = this.#end;
    if (receivedRequest === undefined || this.#end.respondReliably === undefined) {
      throw new Rel100Error(Rel100Error.NOT_SUPPORTED, { detail });
    }
    if (!understands(receivedRequest, "100rel")) throw new Rel100Error(Rel100Error.NO_REQ_SUPPORT, { detail });
    return this.#end.respondReliably(this);
  }

  get isReliableProvisional(): boolean {
    if (this.#status <= 100 || this.#status > 199 || this.state.field("rseq") === undefined) return false;
    return this.getHeaders("Require").some((tag) => tag.trim().toLowerCase() === "100rel");
  }

  get provisionalResponseId(): string | undefined {
    return this.isReliableProvisional ? this.state.field("rseq")?.text : undefined;
  }

  getChallengeRealms(): readonly string[] {
    const challenges = [...this.getHeaders("WWW-Authenticate"), ...this.getHeaders("Proxy-Authenticate")];
    return [...new Set(challenges.flatMap(realmOf))];
  }

  send(): Promise<void> {
    this.#requireSendable();
    return this.#end.respond(this);
  }

  #requireSendable(): void {
    if (!this.#isOutgoing) {
      throw new IllegalStateError("state.transaction", {
        detail: "a received response is not sent; a proxy forwards it by itself",
      });
    }
    if (this.state.isCommitted) {
      throw new IllegalStateError("state.committed", { detail: `this ${this.#status} was already sent` });
    }
  }

  override pushLocalPath(): void {
    throw new UnsupportedOperationError("unsupported.operation", {
      detail: "a response takes its Path from the REGISTER",
    });
  }
}

/** @throws IllegalArgumentError `argument.status` */
export function requireStatus(status: number): void {
  if (Number.isInteger(status) && status >= 100 && status <= 699) return;
  throw new IllegalArgumentError("argument.status", { detail: String(status) });
}

/** The realms of one field: several challenges may share it. Quoted text is passed over as a whole. */
function realmOf(text: string): string[] {
  const realms: string[] = [];
  for (const [, name, quoted, bare] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    if (name?.toLowerCase() === "realm") realms.push((quoted ?? bare ?? "").replace(/\\(.)/g, "$1"));
  }
  return realms;
}
