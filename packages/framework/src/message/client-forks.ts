import type { InviteClientBranch } from "@siplet/core";
import type { SipSession } from "../api/object-model.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";
import { ContainerInviteBranch } from "./container-invite-branch.js";
import { deriveSession } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

/** One dialog of an INVITE that was sent, and the session it is. */
export interface ClientFork {
  readonly session: ContainerSipSession;
  readonly branch: ContainerInviteBranch;
  engine: InviteClientBranch;
  isAcknowledged: boolean;
}

/**
 * The dialogs of one INVITE that was sent: the first is the session it was sent in, each other one a session derived from
 * that (JSR 289 §6.2.3.2).
 */
export class ClientForks {
  readonly #exchange: Ongoing;
  readonly #session: ContainerSipSession;
  readonly #signalling: Signalling;
  /** By the peer's tag. */
  readonly #forks = new Map<string, ClientFork>();

  constructor(exchange: Ongoing, session: ContainerSipSession, signalling: Signalling) {
    this.#exchange = exchange;
    this.#session = session;
    this.#signalling = signalling;
  }

  get all(): readonly ClientFork[] {
    return [...this.#forks.values()];
  }

  /** The fork that a session is. */
  of(session: SipSession): ClientFork | undefined {
    for (const fork of this.#forks.values()) if (fork.session === session) return fork;
    return undefined;
  }

  /** The fork of a dialog that is known. */
  find(engine: InviteClientBranch): ClientFork | undefined {
    return this.#forks.get(engine.dialog.remoteTag);
  }

  /** The fork of a dialog, made when it is new. */
  take(engine: InviteClientBranch): ClientFork {
    const fork = this.find(engine) ?? this.#add(engine);
    if (fork.engine !== engine) revive(fork, engine);
    fork.session.touch();
    return fork;
  }

  #add(engine: InviteClientBranch): ClientFork {
    const session = this.#forks.size === 0 ? this.#session : this.#derive();
    const branch = new ContainerInviteBranch(session, this.#exchange);
    const fork = { session, branch, engine, isAcknowledged: false };
    this.#forks.set(engine.dialog.remoteTag, fork);
    if (session.dialog === undefined) session.enterDialog(engine.dialog);
    return fork;
  }

  #derive(): ContainerSipSession {
    const derived = deriveSession(this.#session, this.#session.localTag, this.#signalling);
    derived.begin(this.#exchange);
    return derived;
  }
}

/** A 2xx of a dialog that was given up. */
function revive(fork: ClientFork, engine: InviteClientBranch): void {
  fork.engine = engine;
  fork.session.enterDialog(engine.dialog);
}
