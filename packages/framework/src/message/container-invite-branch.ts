import { InviteBranch, type SipServletRequest, type SipServletResponse } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** Who received or sent the INVITE of a branch. */
export interface InviteBranchOwner {
  readonly servletRequest: SipServletRequest;
  /** Makes a response on the branch; absent where the INVITE was sent here. */
  createBranchResponse?(branch: ContainerInviteBranch, status: number, reason?: string): SipServletResponse;
}

/** One dialog of one INVITE (JSR 359). */
export class ContainerInviteBranch extends InviteBranch {
  readonly sipSession: ContainerSipSession;
  readonly #owner: InviteBranchOwner;
  readonly #provisionals: SipServletResponse[] = [];
  #final: SipServletResponse | undefined;

  constructor(session: ContainerSipSession, owner: InviteBranchOwner) {
    super();
    this.sipSession = session;
    this.#owner = owner;
  }

  get request(): SipServletRequest {
    return this.#owner.servletRequest;
  }

  get finalResponse(): SipServletResponse | undefined {
    return this.#final;
  }

  /** The 2xx of this branch, or what ended the INVITE, was sent or received. */
  complete(response: SipServletResponse): void {
    this.#final ??= response;
    if (response.status >= 300) this.#provisionals.length = 0;
  }

  /** A reliable provisional waits for its PRACK. */
  expectPrack(response: SipServletResponse): void {
    this.#provisionals.push(response);
  }

  /** The PRACK of a reliable provisional was made or came. Gives the response. */
  acknowledge(id: string | undefined): SipServletResponse | undefined {
    const index = this.#provisionals.findIndex((each) => each.provisionalResponseId === id);
    return index < 0 ? undefined : this.#provisionals.splice(index, 1)[0];
  }

  createResponse(status: number, reason?: string): SipServletResponse {
    const response = this.#owner.createBranchResponse?.(this, status, reason);
    if (response !== undefined) return response;
    throw new IllegalStateError("state.transaction", {
      detail: "the INVITE of this branch was sent here, not received",
    });
  }

  getUnacknowledgedProvisionalResponse(id: string): SipServletResponse | undefined {
    return this.#provisionals.find((each) => each.provisionalResponseId === id);
  }

  getUnacknowledgedProvisionalResponses(): readonly SipServletResponse[] {
    return [...this.#provisionals];
  }
}
