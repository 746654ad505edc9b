/** An application session that lives in the container. */
export interface SessionView {
  readonly id: string;
  readonly application: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970; undefined when it never expires. */
  readonly expiresAt: number | undefined;
  readonly timers: number;
  readonly sipSessions: readonly SipSessionView[];
}

/** A SIP session in an application session. */
export interface SipSessionView {
  readonly id: string;
  readonly callId: string;
  readonly state: string;
  readonly localParty: string;
  readonly remoteParty: string;
}

/** A contact that a registrar knows. */
export interface RegistrationView {
  readonly addressOfRecord: string;
  readonly contact: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  readonly userAgent?: string;
}

/** The container as the console sees it. */
export interface ConsoleSource {
  readonly applicationNames: readonly string[];
  readonly listenPoints: readonly string[];
  readonly handlerTable: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  sessions(): readonly SessionView[];
  registrations(): readonly RegistrationView[] | Promise<readonly RegistrationView[]>;
}
