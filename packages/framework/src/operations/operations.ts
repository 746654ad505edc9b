import { ServletError } from "../errors/servlet-error.js";
import type * as Metrics from "./metrics/container-metrics.js";
import type { ObservedContainer } from "./metrics/observed-container.js";
import { OperationsEndpoints } from "./operations-endpoints.js";
import type { OperationsOptions } from "./operations-options.js";
import { OperationsServer } from "./operations-server.js";

/** The side of a container that operators see. */
export class Operations {
  readonly endpoints = new OperationsEndpoints();
  readonly #options: OperationsOptions;
  #server: OperationsServer | undefined;
  #stop: (() => void) | undefined;

  private constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Opens its port, if it has one of its own. @throws ServletError `http.listen` */
  static async open(options: OperationsOptions): Promise<Operations> {
    const operations = new Operations(options);
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

  /** Shows a container from now on. @throws ServletError `servlet.dependency` when metrics are wanted without prom-client */
  async show(container: ObservedContainer): Promise<void> {
    this.endpoints.state = () => container.state;
    const { metrics = false } = this.#options;
    if (metrics === false) return;
    const { ContainerMetrics } = await loadMetrics();
    const registry = metrics === true ? undefined : metrics.registry;
    const counted = new ContainerMetrics(container, registry);
    this.endpoints.metrics = counted;
    this.#stop = () => counted.stop();
  }

  async close(): Promise<void> {
    this.#stop?.();
    await this.#server?.close();
  }
}

async function loadMetrics(): Promise<typeof Metrics> {
  try {
    return await import("./metrics/container-metrics.js");
  } catch (cause) {
    throw new ServletError("servlet.dependency", {
      detail: "metrics need prom-client: npm install prom-client",
      cause,
    });
  }
}
