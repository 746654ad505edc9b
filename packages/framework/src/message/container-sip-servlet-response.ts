import type { InviteBranch, Proxy, ProxyBranch, SipServletRequest } from "../api/object-model.js";
import { SipServletResponse } from "../api/object-model.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { Rel100Error } from "../errors/rel100-error.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { withMessage } from "./message-mixin.js";
import type { MessageState } from "./message-state.js";
import { ResponseBuilder } from "@siplet/core";

/** What a response can do beyond holding its text: those who sent or received the request know. */
export interface ResponseEnd {
  /** Sends a response made here. */
  respond(response: ContainerSipServletResponse): Promise<void>;
  /** Makes the ACK for a received 2xx. */
  createAck(response: ContainerSipServletResponse): SipServletRequest;
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
  readonly proxyBranch?: ProxyBranch;
  readonly isBranchResponse?: boolean;
}

/** A response of this container (JSR 289 §5). */
export class ContainerSipServletResponse extends withMessage(SipServletResponse) {
  readonly state: MessageState;
  readonly request: SipServletRequest | undefined;
  readonly proxyBranch: ProxyBranch | undefined;
  readonly isBranchResponse: boolean;
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
    return this.proxyBranch?.proxy;
  }

  setStatus(status: number, reason?: string): void {
    requireStatus(status);
    const draft = this.state.edit("the status");
    const fresh = new ResponseBuilder(status, reason);
    if (!(draft instanceof ResponseBuilder)) return;
    draft.statusCode = status;
    draft.reasonPhrase = reason ?? fresh.build().reasonPhrase;
    this.#status = status;
    this.#reasonPhrase = reason ?? fresh.build().reasonPhrase;
  }

  get inviteBranch(): InviteBranch | undefined {
    return undefined;
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
    throw new Rel100Error(Rel100Error.NOT_100REL, { detail: String(this.#status) });
  }

  sendReliably(): Promise<void> {
    throw new Rel100Error(Rel100Error.NOT_SUPPORTED, { detail: String(this.#status) });
  }

  get isReliableProvisional(): boolean {
    return this.#status > 100 && this.#status < 200 && this.state.field("rseq") !== undefined;
  }

  get provisionalResponseId(): string | undefined {
    return this.isReliableProvisional ? this.state.field("rseq")?.text : undefined;
  }

  getChallengeRealms(): readonly string[] {
    const challenges = [...this.getHeaders("WWW-Authenticate"), ...this.getHeaders("Proxy-Authenticate")];
    return challenges.flatMap((text) => /\brealm\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(text)?.[1] ?? []);
  }

  send(): Promise<void> {
    if (!this.#isOutgoing) {
      throw new IllegalStateError("state.transaction", {
        detail: "a received response is not sent; a proxy forwards it by itself",
      });
    }
    if (this.state.isCommitted) {
      throw new IllegalStateError("state.committed", { detail: `this ${this.#status} was already sent` });
    }
    return this.#end.respond(this);
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
