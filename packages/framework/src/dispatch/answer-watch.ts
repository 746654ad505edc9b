import type { Clock, Logger, TimerHandle } from "@siplet/core";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";

/** How long a request may stay without final answer, in milliseconds. */
export interface AnswerLimits {
  readonly invite: number;
  readonly other: number;
}

/** One request that its handler left unanswered. */
class Watched {
  readonly watch: AnswerWatch;
  readonly request: ContainerSipServletRequest;
  readonly handler: string;

  constructor(watch: AnswerWatch, request: ContainerSipServletRequest, handler: string) {
    this.watch = watch;
    this.request = request;
    this.handler = handler;
  }
}

/** Answers, and names the handler of, requests that nobody answers: a caller never hangs on a forgotten branch. */
export class AnswerWatch {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: AnswerLimits;
  readonly #timers = new Map<ContainerSipServletRequest, TimerHandle>();

  static readonly #onTimer = (watched: Watched): void => watched.watch.#expire(watched);

  constructor(clock: Clock, log: Logger, limits: AnswerLimits) {
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
  }

  /** How many requests are watched. */
  get size(): number {
    return this.#timers.size;
  }

  /** Watches a request whose handler has returned without a final answer. */
  watch(request: ContainerSipServletRequest, handler: string): void {
    const { incoming } = request;
    if (incoming === undefined) return;
    const delay = request.method === "INVITE" ? this.#limits.invite : this.#limits.other;
    incoming.onFinal = () => this.#forget(request);
    this.#timers.set(request, this.#clock.setTimeout(AnswerWatch.#onTimer, delay, new Watched(this, request, handler)));
  }

  /** Forgets every request: the container closes. */
  close(): void {
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #forget(request: ContainerSipServletRequest): void {
    const timer = this.#timers.get(request);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
    this.#timers.delete(request);
  }

  #expire({ request, handler }: Watched): void {
    this.#timers.delete(request);
    if (request.incoming?.isOpen !== true || request.existingProxy?.isProxying === true) return;
    this.#log.warn(
      { handler, method: request.method, callId: request.callId },
      "nobody answered a request; the container answers 500. Answer it in every branch of the handler",
    );
    request
      .createResponse(500)
      .send()
      .catch((error: unknown) => this.#log.warn({ error }, "the answer could not be sent"));
  }
}
