import type { SipServletRequest, SipServletResponse } from "../../../api/object-model.js";
import type { Bridge, BridgeLeg, BridgeState } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipApplicationSession } from "../../../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import { linkedSession } from "../../../session/session-link.js";
import type { BridgeContext } from "./bridge-context.js";
import type { BridgeData } from "./bridge-data.js";
import { rulesToward, type BridgeSettings } from "../policy/bridge-settings.js";
import { BridgeTimers } from "./bridge-timers.js";
import { HeaderPolicy } from "../policy/header-policy.js";
import { HookRunner } from "./hook-runner.js";
import type { DescriptionOrigin } from "../policy/session-description.js";

/** A piece of work of the bridge itself that sends requests of its own: it takes their answers. */
export interface BridgeErrand {
  takeResponse(response: ContainerSipServletResponse): unknown;
}

/** A bridge that is changing one of its legs. */
export interface LegChange {
  /** The leg that goes. */
  readonly replaced: ContainerSipSession;
  /** The leg that goes has gone by itself. */
  onReplacedGone(): void;
  /** The bridge ends: nothing comes of it. */
  abandon(): void;
}

/** How a call begins. */
export interface CallParts {
  readonly id: string;
  readonly settings: BridgeSettings;
  readonly context: BridgeContext;
  readonly applicationSession: ContainerSipApplicationSession;
  readonly facade: Bridge;
}

type ByLeg<T> = { caller: T; callee: T };

/** What the parts of a bridge share: its legs, which message answers which, and what outlives a message. */
export class BridgedCall {
  readonly id: string;
  readonly settings: BridgeSettings;
  readonly context: BridgeContext;
  readonly applicationSession: ContainerSipApplicationSession;
  readonly facade: Bridge;
  readonly hooks: HookRunner;
  readonly timers: BridgeTimers;
  state: BridgeState = "calling";
  caller: ContainerSipSession | undefined;
  callee: ContainerSipSession | undefined;
  /** The request that made the call, until it is answered. */
  original: ContainerSipServletRequest | undefined;
  /** Targets of 3xx answers that were not tried yet, and all that were named. */
  readonly targets: string[] = [];
  readonly named = new Set<string>();
  answeredAt: number | undefined;
  /** A leg is being replaced. */
  change: LegChange | undefined;
  /** A leg has changed: descriptions come from somebody else now and then. */
  isRelinked = false;
  readonly refers: ByLeg<number> = { caller: 0, callee: 0 };
  readonly origins: Partial<ByLeg<DescriptionOrigin>> = {};
  /** INVITEs that are open, by the session they came in. */
  readonly openInvites = new Map<ContainerSipSession, ContainerSipServletRequest>();
  readonly #received = new WeakMap<SipServletRequest, ContainerSipServletRequest>();
  readonly #errands = new WeakMap<SipServletRequest, BridgeErrand>();
  readonly #answered = new WeakMap<SipServletResponse, ContainerSipServletResponse>();
  readonly #sides = new WeakMap<ContainerSipSession, BridgeLeg>();
  readonly #policies: Partial<ByLeg<HeaderPolicy>> = {};

  constructor({ id, settings, context, applicationSession, facade }: CallParts) {
    this.id = id;
    this.settings = settings;
    this.context = context;
    this.applicationSession = applicationSession;
    this.facade = facade;
    const hooks = settings.hooks === undefined ? undefined : context.hooksNamed(settings.hooks);
    this.hooks = new HookRunner(hooks, facade, context.log);
    this.timers = new BridgeTimers(context.clock);
  }

  /** What a session is to this call, also one of several dialogs of the same INVITE. */
  sideOf(session: ContainerSipSession): BridgeLeg {
    if (session === this.caller) return "caller";
    if (session === this.callee) return "callee";
    const known = this.#sides.get(session);
    if (known !== undefined) return known;
    return session.role === "uac" ? "callee" : "caller";
  }

  /** A session is about to become a leg. */
  assign(session: ContainerSipSession, leg: BridgeLeg): void {
    this.#sides.set(session, leg);
  }

  /** The session at the other end of the call. */
  otherLeg(session: ContainerSipSession): ContainerSipSession | undefined {
    const other = linkedSession(session);
    return other?.taker === session.taker ? other : undefined;
  }

  policyToward(leg: BridgeLeg): HeaderPolicy {
    const { settings } = this;
    return (this.#policies[leg] ??= new HeaderPolicy({
      rules: rulesToward(settings, leg),
      hidesSoftware: settings.hidesSoftware,
      relaysChallenges: settings.relaysChallenges,
    }));
  }

  /** `sent` was made for `received`: its answers are the answers. */
  pairRequests(sent: ContainerSipServletRequest, received: ContainerSipServletRequest): void {
    this.#received.set(sent, received);
    if (received.method === "INVITE") this.openInvites.set(received.session, sent);
  }

  /** The request that waits for the answer to a request that was sent. */
  receivedFor(sent: SipServletRequest | undefined): ContainerSipServletRequest | undefined {
    return sent && this.#received.get(sent);
  }

  /** The answers to a request go to a piece of work of the bridge itself. */
  giveTo(errand: BridgeErrand, sent: SipServletRequest): void {
    this.#errands.set(sent, errand);
  }

  errandOf(sent: SipServletRequest | undefined): BridgeErrand | undefined {
    return sent && this.#errands.get(sent);
  }

  /** `sent` passes on `received`: an ACK or PRACK for the one is an ACK or PRACK for the other. */
  pairResponses(sent: SipServletResponse, received: ContainerSipServletResponse): void {
    this.#answered.set(sent, received);
  }

  /** The response behind one that was sent. */
  responseBehind(sent: SipServletResponse | undefined): ContainerSipServletResponse | undefined {
    return sent && this.#answered.get(sent);
  }

  snapshot(): BridgeData {
    return {
      id: this.id,
      settings: this.settings,
      state: this.state,
      callerId: this.caller?.id,
      calleeId: this.callee?.id,
      answeredAt: this.answeredAt,
      endsAt: this.timers.endsAt,
      isRelinked: this.isRelinked,
      origins: { ...this.origins },
      refers: { ...this.refers },
    };
  }

  /** Takes over what another container wrote down. */
  restore(data: BridgeData): void {
    this.state = data.state;
    this.answeredAt = data.answeredAt;
    this.isRelinked = data.isRelinked;
    Object.assign(this.origins, data.origins);
    Object.assign(this.refers, data.refers);
  }
}
