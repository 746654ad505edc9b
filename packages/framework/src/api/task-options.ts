/** The application session a managed task runs in; at most one of the first three. JSR 359 execution properties. */
export interface TaskOptions {
  /** JSR: `javax.servlet.sip.ApplicationSessionId`. */
  readonly applicationSessionId?: string;
  /** Made when there is none. JSR: `javax.servlet.sip.ApplicationSessionKey`. */
  readonly applicationSessionKey?: string;
  /** A new session. JSR: `javax.servlet.sip.ApplicationSession.create`. */
  readonly createApplicationSession?: boolean;
  /** Id of the future, see `SipApplicationSession.getTaskFuture`; made when absent. */
  readonly id?: string;
}
