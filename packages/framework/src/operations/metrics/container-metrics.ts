import { Registry } from "prom-client";
import { ContainerGauges } from "./container-gauges.js";
import { HandlerTimer } from "./handler-timer.js";
import { MessageCounter } from "./message-counter.js";
import type { MetricsText } from "./metrics-text.js";
import type { ObservedContainer } from "./observed-container.js";

/** Counts what a container does, for Prometheus. The names are API: `docs/operations.md` has them all. */
export class ContainerMetrics implements MetricsText {
  readonly #registry: Registry;
  readonly #ends: readonly (() => void)[];

  constructor(container: ObservedContainer, registry: Registry = new Registry()) {
    this.#registry = registry;
    const gauges = new ContainerGauges(container, registry);
    this.#ends = [
      container.addTap(new MessageCounter(registry)),
      container.observe(new HandlerTimer(registry)),
      () => gauges.stop(),
    ];
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  write(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Counts no more. */
  stop(): void {
    for (const end of this.#ends) end();
  }
}
