import type { ServletTimer, SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";

/** Application code that runs: a handler, a listener, a timer or a task. */
export interface ObservedInvocation {
  readonly applicationName: string;
  /** Id of the application session whose turn it is. */
  readonly applicationSessionId: string;
  /** `Calls.onInvite`, `TimerListener.timeout`, `task "7"`. */
  readonly handler: string;
  /** The message that a handler got; undefined for other code. */
  readonly message: SipServletRequest | SipServletResponse | undefined;
}

/** A transaction of a session: a request that was received or is sent, until its session has nothing to do with it. */
export interface ObservedTransaction {
  readonly session: SipSession;
  readonly method: string;
  readonly sequenceNumber: number;
  /** Whether the request was received. */
  readonly isServer: boolean;
}

/** Called when the transaction is over, with the status of the final response; undefined when there was none. */
export type TransactionEnd = (status: number | undefined) => void;

/** Called when the code has settled, with what escaped it. */
export type InvocationEnd = (error?: unknown) => void;

/**
 * Looks on while a container works, for consoles, metrics and traces. Everything is called at once, so it must be quick;
 * what it throws is logged and has no effect. Where nobody looks on it costs nothing.
 */
export interface ContainerObserver {
  /** Code of an application begins to run. A function that is given back hears of the end. */
  onInvocation?(invocation: ObservedInvocation): InvocationEnd | undefined;
  /**
   * Runs code of an application, perhaps within something of its own, and gives back what it gave back: a trace makes its
   * span the active one.
   */
  aroundInvocation?<T>(invocation: ObservedInvocation, work: () => T): T;
  /** A transaction of a session begins. A function that is given back hears of the end. */
  onTransaction?(transaction: ObservedTransaction): TransactionEnd | undefined;
  /** A SIP session was made, or came here from another container. */
  onSessionCreated?(session: SipSession): void;
  /** A SIP session moved to another state of its dialog. */
  onSessionState?(session: SipSession): void;
  /** A SIP session ends; it is still readable. */
  onSessionDestroyed?(session: SipSession): void;
  /** An application session has ended, or left for another container. */
  onApplicationSessionDestroyed?(id: string): void;
  /** A servlet timer was set for the first time, fires, or was cancelled. */
  onTimer?(timer: ServletTimer, what: "set" | "fired" | "cancelled"): void;
}
