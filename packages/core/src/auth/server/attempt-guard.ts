/** An attempt to authenticate, as counters see it. */
export interface AuthenticationAttempt {
  /** The name as claimed; the hash of a name if the client sent that. */
  readonly username: string;
  readonly realm: string;
  /** Where the request came from, in the words of the caller. */
  readonly source?: string | undefined;
}

/** Counts failures and shuts out who guesses. Its methods are called on the way of the request: they must be quick. */
export interface AttemptGuard {
  /** False answers 403 before the user is looked up. */
  allows?(attempt: AuthenticationAttempt): boolean;
  /** The credentials were wrong. Stale and replayed ones do not count: the secret was right. */
  onFailed?(attempt: AuthenticationAttempt): void;
  onAccepted?(attempt: AuthenticationAttempt): void;
}
