import type { SipApplicationSession, SipContainer, SipSession } from "@siplet/framework";
import type { ConsoleSource, RegistrationView, SessionView, SipSessionView } from "./console-source.js";

/** Gives the contacts that are registered now. */
export type RegistrationSource = () => readonly RegistrationView[] | Promise<readonly RegistrationView[]>;

/** A container, as the console asks it. */
export class ContainerSource implements ConsoleSource {
  readonly #container: SipContainer;
  readonly #registrations: RegistrationSource;
  readonly startedAt = Date.now();

  constructor(container: SipContainer, registrations: RegistrationSource = () => []) {
    this.#container = container;
    this.#registrations = registrations;
  }

  get applicationNames(): readonly string[] {
    return this.#container.applicationNames;
  }

  get listenPoints(): readonly string[] {
    return this.#container.listenPoints;
  }

  get handlerTable(): string {
    return this.#container.handlerTable;
  }

  get counts(): Readonly<Record<string, number>> {
    return { ...this.#container.counts };
  }

  sessions(): readonly SessionView[] {
    return this.#container
      .getApplicationSessions()
      .filter(({ isValid }) => isValid)
      .map(sessionView);
  }

  registrations(): ReturnType<RegistrationSource> {
    return this.#registrations();
  }
}

function sessionView(session: SipApplicationSession): SessionView {
  const { id, applicationName, creationTime, expirationTime, timers } = session;
  const sipSessions = session.getSessions("SIP");
  return {
    id,
    application: applicationName,
    createdAt: creationTime,
    expiresAt: expirationTime === 0 ? undefined : expirationTime,
    timers: timers.length,
    sipSessions: sipSessions.map(sipSessionView),
  };
}

function sipSessionView({ id, callId = "", state, localParty, remoteParty }: SipSession): SipSessionView {
  return { id, callId, state, localParty: String(localParty), remoteParty: String(remoteParty) };
}
