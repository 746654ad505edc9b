import { transactionTimeout, type TimerHandle } from "@siplet/core";
import type {
  AutomaticProcessingListener,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
} from "../api/object-model.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { tellAutomatic, type SessionTermination } from "./session-termination.js";
import type { Signalling } from "./signalling.js";
import type { SubscriptionUsage, SubscriptionUsages } from "./subscription-usages.js";

/** What ends when a session is terminated. */
export interface TerminationParts {
  readonly session: ContainerSipSession;
  readonly signalling: Signalling;
  readonly subscriptions: SubscriptionUsages;
  readonly listener: AutomaticProcessingListener | undefined;
}

/**
 * The end of a dialog by the container (JSR 359): sends what it takes and takes what comes, instead of the application.
 *
 *   INVITE sent, open → CANCEL, a 2xx that wins is acknowledged and ended by BYE;  INVITE received, open → 487
 *   confirmed → BYE, as callee once the ACK has come;  subscriber → SUBSCRIBE with Expires 0;  notifier → last NOTIFY
 */
export class DialogTermination implements SessionTermination {
  readonly #parts: TerminationParts;
  #isActing = false;
  #isEnding = false;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: DialogTermination): void => self.#giveUp();

  constructor(parts: TerminationParts) {
    this.#parts = parts;
  }

  /** Whether the container itself sends at this moment; the application may not. */
  get isActing(): boolean {
    return this.#isActing;
  }

  /** Begins. */
  start(): Promise<void> {
    const { session } = this.#parts;
    const open = session.ongoing.filter((each) => each.method === "INVITE");
    const sent: Promise<void>[] = [];
    for (const { isServer, servletRequest } of open) {
      if (servletRequest.finalResponse !== undefined) continue;
      sent.push(isServer ? this.#send(servletRequest.createResponse(487)) : this.#send(servletRequest.createCancel()));
    }
    if (session.dialogState === "CONFIRMED") sent.push(this.#endConfirmed());
    if (session.dialogState === "TERMINATED") this.#parts.signalling.deliveries.settle(session);
    return sent[0] ?? Promise.resolve();
  }

  /** The ACK of our 2xx came, or will not come any more: BYE may go. */
  proceed(): void {
    if (!this.#isEnding) void this.#end();
  }

  /** A request that would have gone to the application. */
  receiveRequest(request: SipServletRequest): void {
    this.#tell("incomingRequest", request);
    const { method } = request;
    if (method === "ACK") return this.proceed();
    if (method === "CANCEL") return undefined;
    const isWelcome = method === "BYE" || method === "NOTIFY" || method === "PRACK";
    void this.#send(request.createResponse(isWelcome ? 200 : 481));
  }

  /** A response that would have gone to the application. */
  receiveResponse(response: SipServletResponse): void {
    this.#tell("incomingResponse", response);
    if (response.status < 200) return;
    const { session } = this.#parts;
    if (response.method === "INVITE" && response.status < 300) {
      void this.#send(response.createAck());
      this.proceed();
    } else if (session.dialogState !== "CONFIRMED" || response.method === "BYE") this.#finish();
  }

  /** The session is gone. */
  close(): void {
    if (this.#timer !== undefined) this.#parts.signalling.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #endConfirmed(): Promise<void> {
    const { session } = this.#parts;
    const answered = session.ongoing.filter((each) => each.method === "INVITE");
    for (const each of answered) {
      const success = each.branchOf?.(session)?.finalResponse;
      if (success === undefined || success.status >= 300) continue;
      if (each.isServer) return Promise.resolve();
      if (!success.isCommitted) void this.#send(success.createAck());
    }
    return this.#end();
  }

  #end(): Promise<void> {
    this.#isEnding = true;
    const { session, subscriptions } = this.#parts;
    const sent = subscriptions.all.map((usage) => this.#endSubscription(usage));
    if (session.hasInviteUsage || sent.length === 0) sent.push(this.#send(this.#create("BYE")));
    return sent[0] ?? Promise.resolve();
  }

  #endSubscription({ event, isNotifier }: SubscriptionUsage): Promise<void> {
    const { clock, timers } = this.#parts.signalling;
    const request = this.#create(isNotifier ? "NOTIFY" : "SUBSCRIBE");
    request.setHeader("Event", event);
    if (isNotifier) request.setHeader("Subscription-State", "terminated;reason=noresource");
    else request.setHeader("Expires", "0");
    this.#timer ??= clock.setTimeout(DialogTermination.#onTimer, 2 * transactionTimeout(timers), this);
    return this.#send(request);
  }

  #create(method: string): SipServletRequest {
    const { session } = this.#parts;
    return session.application.messages.createAutomaticRequest(session, method, (answer) =>
      this.receiveResponse(answer),
    );
  }

  async #send(message: SipServletMessage | SipServletRequest | SipServletResponse): Promise<void> {
    this.#tell("status" in message ? "outgoingResponse" : "outgoingRequest", message);
    try {
      await this.#act(() => message.send());
    } catch (error) {
      this.#parts.signalling.log.warn({ error, callId: message.callId }, "a dialog could not be ended in good order");
      this.#finish();
    }
  }

  #act(send: () => Promise<void>): Promise<void> {
    this.#isActing = true;
    try {
      return send();
    } finally {
      this.#isActing = false;
    }
  }

  /** No last NOTIFY came. */
  #giveUp(): void {
    this.#timer = undefined;
    this.#parts.subscriptions.clear();
    this.#finish();
  }

  #finish(): void {
    const { session, signalling } = this.#parts;
    session.moveTo("TERMINATED");
    if (session.isValid) signalling.deliveries.settle(session);
  }

  #tell(event: keyof AutomaticProcessingListener, message: SipServletMessage): void {
    const { listener, signalling } = this.#parts;
    tellAutomatic(listener, event, message, signalling.log);
  }
}
