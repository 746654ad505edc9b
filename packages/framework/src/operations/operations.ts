import type { ObservedContainer } from "./metrics/observed-container.js";
import type { ContainerTracing } from "./tracing/container-tracing.js";
import { OperationsEndpoints } from "./operations-endpoints.js";
import type { OperationsOptions } from "./operations-options.js";
import { OperationsServer } from "./operations-server.js";

/** The side of a container that operators see. */
export class Operations {
  readonly endpoints = new OperationsEndpoints();
  readonly #options: OperationsOptions;
  /** Makes spans; undefined: nobody wants any. */
  readonly tracing: ContainerTracing | undefined;
  #server: OperationsServer | undefined;
  readonly #ends: (() => void)[] = [];

  private constructor(options: OperationsOptions, tracing: ContainerTracing | undefined) {
    this.#options = options;
    this.tracing = tracing;
  }

  /**
   * Opens its port, if it has one of its own.
   * @throws ServletError `http.listen`
   */
  static async open(options: OperationsOptions): Promise<Operations> {
    const operations = new Operations(options, await createTracing(options.tracing));
    if (options.listen !== undefined) {
      operations.#server = await OperationsServer.open(options.listen, operations.endpoints);
    }
    return operations;
  }

  /** Whether it has a port of its own. */
  get isSeparate(): boolean {
    return this.#server !== undefined;
  }

  /** Base of its URLs, when it has a port of its own. */
  get url(): URL | undefined {
    return this.#server?.url;
  }

  /** Shows a container from now on. */
  async show(container: ObservedContainer): Promise<void> {
    this.endpoints.state = () => container.state;
    if (this.tracing !== undefined) this.#ends.push(container.observe(this.tracing));
    const { metrics = false } = this.#options;
    if (metrics === false) return;
    const { ContainerMetrics } = await import("./metrics/container-metrics.js");
    const registry = metrics === true ? undefined : metrics.registry;
    const counted = new ContainerMetrics(container, registry);
    this.endpoints.metrics = counted;
    this.#ends.push(() => counted.stop());
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    await this.#server?.close();
  }
}

async function createTracing(tracing: OperationsOptions["tracing"]): Promise<ContainerTracing | undefined> {
  if (tracing === undefined || tracing === false) return undefined;
  const { ContainerTracing: Tracing } = await import("./tracing/container-tracing.js");
  return new Tracing(tracing === true ? undefined : tracing.tracerProvider);
}
