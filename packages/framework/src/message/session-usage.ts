import type { SipRequest, Transport } from "@siplet/core";
import type {
  AutomaticProcessingListener,
  InviteBranch,
  SessionKeepAlive,
  SipServletRequest,
  SipServletResponse,
} from "../api/object-model.js";
import type { Flow } from "../api/flow.js";
import type { OutboundInterface } from "../api/outbound-interface.js";
import type { UaMode } from "../api/ua-mode.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { FamilyData, SignallingData } from "../session/session-data.js";
import type { SessionSignalling } from "../session/session-signalling.js";
import type { ChainStep } from "./chain-context.js";
import { ContainerForkingContext } from "./container-forking-context.js";
import { ContainerSessionKeepAlive } from "./container-session-keep-alive.js";
import { DialogTermination } from "./dialog-termination.js";
import { requestOfText, textOfRequest } from "./octet-text.js";
import { requireActive, type ContainerFlow } from "./container-flow.js";
import { findOutbound } from "./outbound-transport.js";
import { ProxiedDialogTermination } from "./proxied-dialog-termination.js";
import { SessionAuthentication } from "./session-authentication.js";
import type { SessionTermination } from "./session-termination.js";
import type { Signalling } from "./signalling.js";
import { SubscriptionUsages } from "./subscription-usages.js";

/** What the messages of one session know about it beyond its dialog. Most calls never need one. */
export class SessionUsage implements SessionSignalling {
  /** The subscriptions that live in the dialog. */
  readonly subscriptions = new SubscriptionUsages();
  readonly #session: ContainerSipSession;
  readonly #signalling: Signalling;
  /** Sessions this one joins or replaces, or is joined or replaced by, by header name in lower case. */
  readonly corresponding = new Map<"join" | "replaces", ContainerSipSession>();
  /** The request that made the session, for an application that answers it by its session (JSR 289 §12). */
  originalRequest: SipServletRequest | undefined;
  /** The SUBSCRIBE or REFER that was accepted here: further dialogs of it may be made. */
  acceptedSubscribe: SipRequest | undefined;
  /** The SUBSCRIBE or REFER that was sent last: a NOTIFY may make the dialog (RFC 6665 §4.4.1). */
  sentSubscribe: SipRequest | undefined;
  /** How the requests that begin something go on, where they follow another one. */
  step: ChainStep | undefined;
  #outbound: Transport | undefined;
  #chosenFlow: ContainerFlow | undefined;
  #lastFlow: ContainerFlow | undefined;
  #authentication: SessionAuthentication | undefined;
  #forkingContext: ContainerForkingContext | undefined;
  #keepAlive: ContainerSessionKeepAlive | undefined;
  #termination: SessionTermination | undefined;

  constructor(session: ContainerSipSession, signalling: Signalling) {
    this.#session = session;
    this.#signalling = signalling;
  }

  /** The listener that requests leave from; undefined: the one that fits. */
  get outbound(): Transport | undefined {
    return this.#outbound;
  }

  /** The flow that requests of the session take; undefined: as their URIs say. */
  get chosenFlow(): ContainerFlow | undefined {
    return this.#chosenFlow;
  }

  /** The flow that was chosen, else the one that its last message came by. */
  get flow(): Flow | undefined {
    if (this.#chosenFlow !== undefined) return this.#chosenFlow;
    const { lastConnection, application } = this.#session;
    if (lastConnection === undefined) return undefined;
    if (this.#lastFlow?.connection !== lastConnection) {
      this.#lastFlow = this.#signalling.flows.of(lastConnection, application);
    }
    return this.#lastFlow;
  }

  set flow(flow: Flow | undefined) {
    this.#chosenFlow = requireActive(flow);
  }

  get authentication(): SessionAuthentication {
    return (this.#authentication ??= new SessionAuthentication(this.#signalling.random));
  }

  /** Ends the dialog, once `terminateDialog` was called. */
  get termination(): SessionTermination | undefined {
    return this.#termination;
  }

  get forkingContext(): ContainerForkingContext {
    if (this.#forkingContext !== undefined) return this.#forkingContext;
    const fresh = new ContainerForkingContext();
    this.join(fresh);
    return fresh;
  }

  /** Becomes a member of the family it was derived in. */
  join(forkingContext: ContainerForkingContext): void {
    this.#forkingContext = forkingContext;
    forkingContext.add(this.#session);
  }

  /** The session timer, once something was negotiated. */
  get keepAlive(): SessionKeepAlive | undefined {
    return this.#keepAlive;
  }

  get isTimerRunning(): boolean {
    return this.#keepAlive?.isRunning === true;
  }

  get existingTimer(): ContainerSessionKeepAlive | undefined {
    return this.#keepAlive;
  }

  /** The session timer, made when a message first asks for one. */
  get timer(): ContainerSessionKeepAlive {
    return (this.#keepAlive ??= new ContainerSessionKeepAlive(this.#session, this.#signalling));
  }

  get activeInviteBranch(): InviteBranch | undefined {
    for (const each of this.#session.ongoing) {
      const branch = each.method === "INVITE" ? each.branchOf?.(this.#session) : undefined;
      if (branch !== undefined) return branch;
    }
    return undefined;
  }

  unacknowledgedProvisionals(mode?: UaMode): readonly SipServletResponse[] {
    const wanted = this.#session.ongoing.filter((each) => mode === undefined || each.isServer === (mode === "UAS"));
    return wanted.flatMap((each) => each.branchOf?.(this.#session)?.getUnacknowledgedProvisionalResponses() ?? []);
  }

  setOutboundInterface(outboundInterface: OutboundInterface): void {
    this.#outbound = findOutbound(this.#signalling.transport.transports, outboundInterface);
  }

  terminateDialog(listener?: AutomaticProcessingListener): Promise<void> {
    const session = this.#session;
    if (this.#termination !== undefined || session.dialogState === "TERMINATED") return Promise.resolve();
    const isPending = session.ongoing.some((each) => each.method === "INVITE");
    if (session.dialogState === "INITIAL" && !isPending && session.ongoing.length > 0) {
      throw new IllegalStateError("state.dialog", {
        detail: "only INVITE, SUBSCRIBE and REFER make a dialog to be ended",
      });
    }
    this.#keepAlive?.stop();
    const { subscriptions } = this;
    const termination = new DialogTermination({ session, signalling: this.#signalling, subscriptions, listener });
    this.#termination = termination;
    return termination.start();
  }

  terminateProxiedDialog(mode: UaMode | undefined, listener?: AutomaticProcessingListener): Promise<void> {
    const session = this.#session;
    if (this.#termination !== undefined || session.dialogState === "TERMINATED") return Promise.resolve();
    if (session.dialogState === "CONFIRMED" && session.proxied === undefined) {
      throw new IllegalStateError("state.proxy", { detail: "only a call that this proxy record-routes can be ended" });
    }
    const termination = new ProxiedDialogTermination({ session, signalling: this.#signalling, mode, listener });
    this.#termination = termination;
    return termination.start();
  }

  get dueTime(): number | undefined {
    return this.#keepAlive?.dueTime;
  }

  snapshot(): SignallingData {
    return {
      subscriptions: this.subscriptions.all,
      acceptedSubscribe: textOfRequest(this.acceptedSubscribe),
      sentSubscribe: textOfRequest(this.sentSubscribe),
      keepAlive: this.#keepAlive?.snapshot(),
      family: this.#forkingContext?.snapshot(),
      corresponding: [...this.corresponding].map(([kind, { id }]) => ({ kind, id })),
    };
  }

  restore(data: SignallingData, find: (id: string) => ContainerSipSession | undefined): void {
    for (const usage of data.subscriptions) this.subscriptions.restore(usage);
    this.acceptedSubscribe = requestOfText(data.acceptedSubscribe);
    this.sentSubscribe = requestOfText(data.sentSubscribe);
    if (data.keepAlive !== undefined) this.timer.restore(data.keepAlive);
    if (data.family !== undefined) this.#restoreFamily(data.family, find);
    for (const { kind, id } of data.corresponding) {
      const session = find(id);
      if (session !== undefined) this.corresponding.set(kind, session);
    }
  }

  close(): void {
    this.#keepAlive?.stop();
    this.#termination?.close();
  }

  /** The first member to come brings the context; the others join it. */
  #restoreFamily(family: FamilyData, find: (id: string) => ContainerSipSession | undefined): void {
    if (this.#forkingContext !== undefined) return;
    const context = new ContainerForkingContext();
    context.restore(family);
    for (const member of family.members.map(find)) if (member !== undefined) usageOf(member).join(context);
  }
}

/** What the messages of a session know about it; made when there is nothing yet. */
export function usageOf(session: ContainerSipSession): SessionUsage {
  const { signalling } = session;
  if (signalling instanceof SessionUsage) return signalling;
  throw new IllegalArgumentError("argument.session", { detail: "the session belongs to another container" });
}

/** See `usageOf`; undefined while there is nothing to know. */
export function existingUsage(session: ContainerSipSession): SessionUsage | undefined {
  const signalling = session.existingSignalling;
  return signalling instanceof SessionUsage ? signalling : undefined;
}

/** A session for a further dialog of the same request, in the same family (JSR 289 §6.2.3.2). */
export function deriveSession(
  original: ContainerSipSession,
  localTag: string,
  signalling: Signalling,
): ContainerSipSession {
  const derived = signalling.deliveries.deriveSession(original, localTag);
  usageOf(derived).join(usageOf(original).forkingContext);
  return derived;
}

/** @throws IllegalStateError `state.dialog` while the container ends the dialog of the session */
export function requireNotTerminating(session: ContainerSipSession): void {
  const termination = existingUsage(session)?.termination;
  if (termination === undefined || termination.isActing) return;
  throw new IllegalStateError("state.dialog", { detail: "the container ends this dialog; nothing more can be sent" });
}
