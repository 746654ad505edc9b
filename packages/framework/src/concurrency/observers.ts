import type { Logger } from "@siplet/core";
import type { ServletTimer, SipSession } from "../api/object-model.js";
import type {
  ContainerObserver,
  InvocationEnd,
  ObservedInvocation,
  ObservedTransaction,
  TransactionEnd,
} from "../spi/container-observer.js";

/** Those who look on while a container works. What one throws is logged, and the others are told all the same. */
export class Observers implements ContainerObserver {
  readonly #log: Logger;
  #observers: readonly ContainerObserver[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Whether nobody looks on, so that nothing need be told. */
  get isEmpty(): boolean {
    return this.#observers.length === 0;
  }

  /** Lets somebody look on; gives the function that ends it. */
  add(observer: ContainerObserver): () => void {
    this.#observers = [...this.#observers, observer];
    return () => void (this.#observers = this.#observers.filter((each) => each !== observer));
  }

  onInvocation(invocation: ObservedInvocation): InvocationEnd | undefined {
    return this.#begin((observer) => observer.onInvocation?.(invocation));
  }

  /** Runs code within what observers put around it; what one of them throws itself is what the code throws. */
  aroundInvocation<T>(invocation: ObservedInvocation, work: () => T): T {
    let wrapped = work;
    for (const observer of this.#observers) {
      const inner = wrapped;
      if (observer.aroundInvocation !== undefined) wrapped = () => observer.aroundInvocation?.(invocation, inner) as T;
    }
    return wrapped();
  }

  onTransaction(transaction: ObservedTransaction): TransactionEnd | undefined {
    return this.#begin((observer) => observer.onTransaction?.(transaction));
  }

  onApplicationSessionDestroyed(id: string): void {
    if (!this.isEmpty) this.#tell((observer) => observer.onApplicationSessionDestroyed?.(id));
  }

  onSessionCreated(session: SipSession): void {
    if (!this.isEmpty) this.#tell((observer) => observer.onSessionCreated?.(session));
  }

  onSessionState(session: SipSession): void {
    if (!this.isEmpty) this.#tell((observer) => observer.onSessionState?.(session));
  }

  onSessionDestroyed(session: SipSession): void {
    if (!this.isEmpty) this.#tell((observer) => observer.onSessionDestroyed?.(session));
  }

  onTimer(timer: ServletTimer, what: "set" | "fired" | "cancelled"): void {
    if (!this.isEmpty) this.#tell((observer) => observer.onTimer?.(timer, what));
  }

  /** Tells all of a beginning; what is given back tells those of the end who want to hear of it. */
  #begin<Outcome>(
    call: (observer: ContainerObserver) => ((outcome: Outcome) => void) | undefined,
  ): ((outcome: Outcome) => void) | undefined {
    const ends: ((outcome: Outcome) => void)[] = [];
    this.#tell((observer) => {
      const end = call(observer);
      if (end !== undefined) ends.push(end);
    });
    if (ends.length === 0) return undefined;
    return (outcome) => {
      for (const end of ends) this.#contain(() => end(outcome));
    };
  }

  #tell(call: (observer: ContainerObserver) => void): void {
    for (const observer of this.#observers) this.#contain(() => call(observer));
  }

  #contain(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log.warn({ error }, "an observer failed");
    }
  }
}
