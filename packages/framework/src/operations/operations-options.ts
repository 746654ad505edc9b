import type { TracerProvider } from "@opentelemetry/api";
import type { Registry } from "prom-client";

/** What operators can ask a container: `/livez`, `/readyz` and, if wanted, `/metrics`. */
export interface OperationsOptions {
  /** A port of its own: `127.0.0.1:9090`. When left out they are found on the HTTP port, if there is one. */
  readonly listen?: string | number;
  /**
   * Counts what happens and shows it to Prometheus at `/metrics`; needs `prom-client`, which is not installed by itself.
   * A registry of one's own may hold more. Nothing is counted when left out.
   */
  readonly metrics?: boolean | { readonly registry: Registry };
  /**
   * Makes spans by the API of OpenTelemetry, from HTTP requests to SIP transactions to handlers; needs `@opentelemetry/api`,
   * and an SDK that takes them. Its global provider is asked unless another is given.
   */
  readonly tracing?: boolean | { readonly tracerProvider: TracerProvider };
}
