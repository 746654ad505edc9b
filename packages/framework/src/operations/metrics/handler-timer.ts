import { Counter, Histogram, type Registry } from "prom-client";
import type { ContainerObserver, InvocationEnd, ObservedInvocation } from "../../spi/container-observer.js";

/** Upper ends of the buckets in seconds: from what costs nothing to what waits for somebody. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Times the code of applications: handlers, listeners, timers and tasks. */
export class HandlerTimer implements ContainerObserver {
  readonly #durations: Histogram<"application" | "handler">;
  readonly #errors: Counter<"application" | "handler">;
  readonly #timers: Counter<"event">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#durations = new Histogram({
      name: "siplet_handler_duration_seconds",
      help: "Time from the call of application code until it has settled",
      labelNames: ["application", "handler"],
      buckets,
      registers,
    });
    this.#errors = new Counter({
      name: "siplet_handler_errors_total",
      help: "Application code that threw, or whose promise was rejected",
      labelNames: ["application", "handler"],
      registers,
    });
    this.#timers = new Counter({
      name: "siplet_servlet_timers_total",
      help: "Servlet timers by what became of them: set, fired, cancelled",
      labelNames: ["event"],
      registers,
    });
  }

  onInvocation({ applicationName: application, handler }: ObservedInvocation): InvocationEnd {
    const labels = { application, handler: kindOf(handler) };
    const begun = performance.now();
    return (error) => {
      this.#durations.observe(labels, (performance.now() - begun) / 1000);
      if (error !== undefined) this.#errors.inc(labels);
    };
  }

  onTimer(_timer: unknown, event: "set" | "fired" | "cancelled"): void {
    this.#timers.inc({ event });
  }
}

/** Tasks have names of their own: they count as one. */
function kindOf(handler: string): string {
  return handler.startsWith("task ") ? "task" : handler;
}
