import type { Connection } from "@siplet/core";
import { createUri } from "../address/uris.js";
import { NEUTRAL_REGION, type SipApplicationRoutingRegion } from "../api/application-routing.js";
import type { Flow } from "../api/flow.js";
import {
  SipSession,
  type AutomaticProcessingListener,
  type ForkingContext,
  type InviteBranch,
  type SessionKeepAlive,
  type SipServletRequest,
  type SipServletResponse,
} from "../api/object-model.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import type { UaMode } from "../api/ua-mode.js";
import type { Uri } from "../api/uri.js";
import { requireText } from "../errors/require-text.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ApplicationContext } from "./application-context.js";
import type { Attributes } from "./attributes.js";
import type { MessageTaker } from "./message-taker.js";
import type { Caller } from "./caller.js";
import type { Ongoing } from "./ongoing.js";
import type { ProxiedDialogData } from "./proxied-dialog.js";
import type { SessionRole, SessionService } from "./session-data.js";
import type { SessionSignalling } from "./session-signalling.js";

/** The part of a SIP session that it hands on: to its attributes, its transactions, its messages (JSR 289 §6). */
export abstract class DelegatingSipSession extends SipSession {
  /** A proxy that does not record-route sees nothing more once the call stands (JSR 289 §6.2.4.2). */
  isOffPath = false;
  /** Whether the application of a proxy hears of responses (JSR 289 §10.2.5). */
  isSupervised = true;
  /** The call that runs through here, where this is a proxy that record-routes. */
  proxied: ProxiedDialogData | undefined;
  /** The connection by which the peer was heard last. */
  lastConnection: Connection | undefined;
  abstract readonly role: SessionRole | undefined;
  /** Who its first request was from, where that was proved (JSR 289 §17). */
  caller: Caller | undefined;
  /** What the application router said of it. */
  service: SessionService | undefined;
  abstract readonly application: Pick<ApplicationContext, "servletContext" | "requireWritable">;
  abstract readonly attributeStore: Attributes;
  abstract readonly ongoing: readonly Ongoing[];
  abstract readonly signalling: SessionSignalling;
  abstract readonly existingSignalling: SessionSignalling | undefined;

  /** Takes its messages in place of its servlet. */
  taker: MessageTaker | undefined;
  /** How many messages wait for their turn that the application must see although their transaction is over: CANCELs. */
  heldMessages = 0;

  /** @throws IllegalStateError `state.invalid-session` once it was invalidated */
  protected abstract requireValid(): void;

  get facade(): SipSession {
    return this;
  }

  get servletContext(): SipServletContext {
    this.requireValid();
    return this.application.servletContext;
  }

  getRegion(): SipApplicationRoutingRegion {
    this.#requireReceived();
    return this.service?.region ?? NEUTRAL_REGION;
  }

  getSubscriberUri(): Uri | undefined {
    this.#requireReceived();
    const { subscriberUri } = this.service ?? {};
    return subscriberUri === undefined ? undefined : createUri(subscriberUri);
  }

  setOutboundInterface(outboundInterface: OutboundInterface): void {
    this.requireValid();
    this.signalling.setOutboundInterface(outboundInterface);
  }

  getActiveInvite(mode: UaMode): SipServletRequest | undefined {
    return this.getActiveRequests(mode).find((request) => request.method === "INVITE");
  }

  getActiveRequest(id: string): SipServletRequest | undefined {
    this.requireValid();
    requireText(id, "id");
    return this.ongoing.find((each) => each.servletRequest.id === id)?.servletRequest;
  }

  getActiveRequests(mode: UaMode): readonly SipServletRequest[] {
    this.requireValid();
    return this.ongoing.filter((each) => each.isServer === (mode === "UAS")).map((each) => each.servletRequest);
  }

  get activeInviteBranch(): InviteBranch | undefined {
    this.requireValid();
    return this.signalling.activeInviteBranch;
  }

  getUnacknowledgedProvisionalResponse(id: string): SipServletResponse | undefined {
    this.requireValid();
    requireText(id, "id");
    return this.signalling.unacknowledgedProvisionals().find((each) => each.provisionalResponseId === id);
  }

  getUnacknowledgedProvisionalResponses(mode: UaMode): readonly SipServletResponse[] {
    this.requireValid();
    return this.signalling.unacknowledgedProvisionals(mode);
  }

  get forkingContext(): ForkingContext {
    this.requireValid();
    return this.signalling.forkingContext;
  }

  get keepAlive(): SessionKeepAlive | undefined {
    this.requireValid();
    return this.existingSignalling?.keepAlive;
  }

  get flow(): Flow | undefined {
    this.requireValid();
    return this.signalling.flow;
  }

  set flow(flow: Flow | undefined) {
    this.requireValid();
    this.signalling.flow = flow;
  }

  terminateDialog(listener?: AutomaticProcessingListener): Promise<void> {
    this.requireValid();
    if (this.role === "proxy") {
      throw new IllegalStateError("state.proxy", { detail: "terminateProxiedDialog ends a dialog that is proxied" });
    }
    return this.signalling.terminateDialog(listener);
  }

  terminateProxiedDialog(listener?: AutomaticProcessingListener): Promise<void>;
  terminateProxiedDialog(mode: UaMode, listener?: AutomaticProcessingListener): Promise<void>;
  terminateProxiedDialog(
    first?: UaMode | AutomaticProcessingListener,
    second?: AutomaticProcessingListener,
  ): Promise<void> {
    this.requireValid();
    if (this.role !== "proxy") {
      throw new IllegalStateError("state.proxy", { detail: "terminateDialog ends the dialog of a user agent" });
    }
    const [mode, listener] = typeof first === "string" ? [first, second] : [undefined, first];
    return this.signalling.terminateProxiedDialog(mode, listener);
  }

  getAttribute(name: string): unknown {
    this.requireValid();
    return this.attributeStore.get(name);
  }

  getAttributeNames(): readonly string[] {
    this.requireValid();
    return this.attributeStore.names();
  }

  setAttribute(name: string, value: unknown): void {
    this.requireValid();
    this.application.requireWritable(value, `attribute "${name}" of session ${this.id}`);
    this.attributeStore.set(name, value);
  }

  removeAttribute(name: string): void {
    this.requireValid();
    this.attributeStore.remove(name);
  }

  clearAttributes(): void {
    this.requireValid();
    this.attributeStore.clear();
  }

  #requireReceived(): void {
    this.requireValid();
    if (this.role !== "uac") return;
    throw new IllegalStateError("state.not-initial", { detail: "the session began with a request of our own" });
  }
}
