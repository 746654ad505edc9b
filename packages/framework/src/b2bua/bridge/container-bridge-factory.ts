import { BridgeFactory, type Bridge, type BridgeHooks, type BridgeOptions } from "../../api/bridge.js";
import type { SipServletRequest, SipSession } from "../../api/object-model.js";
import type { ServletClass } from "../../api/servlet-class.js";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import { IllegalStateError } from "../../errors/illegal-state-error.js";
import type { ContainerSipServletRequest } from "../../message/container-sip-servlet-request.js";
import { ownRequest } from "../../message/request-copier.js";
import { existingUsage } from "../../message/session-usage.js";
import type { ContainerSipApplicationSession } from "../../session/container-sip-application-session.js";
import { ContainerSipSession } from "../../session/container-sip-session.js";
import type { BridgeContext } from "./call/bridge-context.js";
import type { BridgeData } from "./call/bridge-data.js";
import { readSettings } from "./policy/bridge-settings.js";
import { ContainerBridge } from "./container-bridge.js";

/** What the factory of one application needs. */
export interface BridgeFactoryParts extends Omit<BridgeContext, "hooksNamed"> {
  /** The bean of a class. */
  readonly beanOf: (hooks: ServletClass<BridgeHooks>) => BridgeHooks;
  /** Hooks that bridges may name after they moved. */
  readonly hooks: readonly ServletClass<BridgeHooks>[];
  /** Whether sessions may leave this engine. */
  readonly isDistributable: () => boolean;
}

/** Starts the bridges of one application, and brings them back after a move. */
export class ContainerBridgeFactory extends BridgeFactory {
  readonly #parts: BridgeFactoryParts;
  readonly #context: BridgeContext;
  readonly #hooks: Map<string, ServletClass<BridgeHooks>>;

  constructor(parts: BridgeFactoryParts) {
    super();
    this.#parts = parts;
    this.#context = { ...parts, hooksNamed: (name) => this.#hooksNamed(name) };
    this.#hooks = new Map(parts.hooks.map((each) => [each.name, each]));
  }

  async start(request: SipServletRequest, options: BridgeOptions = {}): Promise<Bridge> {
    const received = requireOpen(ownRequest(request));
    received.getB2buaHelper();
    const replaced = replacedBy(received);
    if (replaced?.taker instanceof ContainerBridge) {
      replaced.taker.replace(replaced, received);
      return replaced.taker;
    }
    const settings = readSettings(options);
    if (options.hooks !== undefined) this.#register(options.hooks);
    const { applicationSession } = received;
    const id = this.#context.random.token(96);
    const bridge = new ContainerBridge({ id, settings, context: this.#context, applicationSession });
    try {
      const placed = bridge.place(received);
      applicationSession.setExpires(0);
      await placed;
    } catch (error) {
      received.session.taker = undefined;
      throw error;
    }
    return bridge;
  }

  findReplaced(request: SipServletRequest): Bridge | undefined {
    const replaced = replacedBy(ownRequest(request));
    return replaced === undefined ? undefined : this.find(replaced);
  }

  find(session: SipSession): Bridge | undefined {
    return session instanceof ContainerSipSession && session.taker instanceof ContainerBridge
      ? session.taker
      : undefined;
  }

  /** The bridges of an application session as plain data. */
  snapshot(applicationSession: ContainerSipApplicationSession): readonly BridgeData[] {
    return bridgesOf(applicationSession).map((bridge) => bridge.snapshot());
  }

  /** Brings bridges back whose sessions are here again. */
  restore(
    applicationSession: ContainerSipApplicationSession,
    bridges: readonly BridgeData[],
    sessions: readonly ContainerSipSession[],
  ): void {
    for (const data of bridges) {
      const { id, settings } = data;
      new ContainerBridge({ id, settings, context: this.#context, applicationSession }).restore(data, sessions);
    }
  }

  /** The bridges of an application session live on elsewhere. */
  leave(applicationSession: ContainerSipApplicationSession): void {
    for (const bridge of bridgesOf(applicationSession)) bridge.leave();
  }

  #register(hooks: ServletClass<BridgeHooks>): void {
    const known = this.#hooks.get(hooks.name);
    if (known === hooks) return;
    if (known !== undefined || this.#parts.isDistributable()) {
      throw new IllegalArgumentError("argument.invalid", {
        detail:
          known === undefined
            ? `hooks ${hooks.name}: sessions of this application may move; name the class in bridgeHooks of the application`
            : `hooks ${hooks.name}: another class of that name is in use`,
      });
    }
    this.#hooks.set(hooks.name, hooks);
  }

  #hooksNamed(name: string): BridgeHooks {
    const hooks = this.#hooks.get(name);
    if (hooks !== undefined) return this.#parts.beanOf(hooks);
    throw new IllegalArgumentError("argument.invalid", {
      detail: `this application has no hooks ${name}; name the class in bridgeHooks`,
    });
  }
}

/** The session that an INVITE replaces. */
function replacedBy({ session }: ContainerSipServletRequest): ContainerSipSession | undefined {
  return existingUsage(session)?.corresponding.get("replaces");
}

function requireOpen(request: ContainerSipServletRequest): ContainerSipServletRequest {
  if (!request.isInitial || request.incoming === undefined) {
    throw new IllegalStateError("state.not-initial", {
      detail: `a bridge is started for a received request, not this ${request.method}`,
    });
  }
  if (request.incoming.isOpen) return request;
  throw new IllegalStateError("state.transaction", { detail: `${request.method} already has a final response` });
}

function bridgesOf({ children }: ContainerSipApplicationSession): readonly ContainerBridge[] {
  const takers = children.map((child) => (child instanceof ContainerSipSession ? child.taker : undefined));
  return [...new Set(takers)].filter((taker) => taker instanceof ContainerBridge);
}
