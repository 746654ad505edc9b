import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";
import type { ObservedContainer } from "./observed-container.js";

const nanosecond = 1e-9;

/** Sets one gauge when somebody asks. */
type Reading = (gauge: Gauge) => void;

/** Shows how much of everything there is, read when Prometheus asks: between two readings it costs nothing. */
export class ContainerGauges {
  readonly #container: ObservedContainer;
  readonly #registry: Registry;
  readonly #eventLoop: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  constructor(container: ObservedContainer, registry: Registry) {
    this.#container = container;
    this.#registry = registry;
    this.#eventLoop.enable();
    this.#addSessions();
    this.#addWork();
    this.#addPlatform();
  }

  stop(): void {
    this.#eventLoop.disable();
  }

  #addSessions(): void {
    const container = this.#container;
    this.#add("siplet_ready", "Whether the container takes calls: 1, or 0", [], (gauge) =>
      gauge.set(container.state === "ready" ? 1 : 0),
    );
    this.#add("siplet_application_sessions", "Application sessions that are valid", ["application"], (gauge) => {
      for (const application of container.applicationNames) {
        gauge.set({ application }, container.getApplicationSessions(application).length);
      }
    });
    this.#add("siplet_dialogs", "Dialogs that sessions are found by", [], (gauge) =>
      gauge.set(container.counts.dialogs),
    );
    this.#add("siplet_transactions", "Transactions that are not over", ["role"], (gauge) => {
      gauge.set({ role: "client" }, container.counts.clientTransactions);
      gauge.set({ role: "server" }, container.counts.serverTransactions);
    });
  }

  #addWork(): void {
    const container = this.#container;
    this.#add("siplet_session_queue_waiting", "Work that waits in the queues of application sessions", [], (gauge) =>
      gauge.set(container.load.queuedWork),
    );
    this.#add("siplet_session_queues_busy", "Application sessions whose turn is running", [], (gauge) =>
      gauge.set(container.load.busyQueues),
    );
    this.#add("siplet_transport_connections", "Stream connections that stand", ["transport"], (gauge) => {
      for (const [transport, count] of Object.entries(container.load.connections)) gauge.set({ transport }, count);
    });
    this.#add("siplet_transport_listeners", "Places the container listens on", ["transport"], (gauge) => {
      for (const place of container.listenPoints) gauge.inc({ transport: place.slice(0, place.indexOf(":")) });
    });
  }

  #addPlatform(): void {
    const delay = "Delay of the event loop since the last reading, by percentile";
    this.#add("siplet_event_loop_delay_seconds", delay, ["percentile"], (gauge) => {
      for (const percentile of [50, 99]) gauge.set({ percentile }, this.#eventLoop.percentile(percentile) * nanosecond);
      this.#eventLoop.reset();
    });
    this.#add("siplet_process_resident_memory_bytes", "Memory of the process", [], (gauge) =>
      gauge.set(process.memoryUsage.rss()),
    );
  }

  #add(name: string, help: string, labelNames: readonly string[], read: Reading): void {
    const collect = function (this: Gauge): void {
      this.reset();
      read(this);
    };
    // prom-client gives the gauge to `collect` as `this`; the registry keeps it.
    void new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry], collect });
  }
}
