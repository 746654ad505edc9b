import type { IncomingMessage, ServerResponse } from "node:http";
import type { MetricsText } from "./metrics/metrics-text.js";
import type { ContainerState } from "./metrics/observed-container.js";

/** Seconds until somebody who was refused should ask again. */
const retryAfter = 10;

/**
 * Answers what operators ask over HTTP. `/livez`: the process works. `/readyz`: the container takes calls; SIP OPTIONS is
 * answered in step with it. `/metrics`: see `docs/operations.md`.
 */
export class OperationsEndpoints {
  /** Told by the container; it is starting until then. */
  state: () => ContainerState = () => "starting";
  /** Undefined: there is no `/metrics`. */
  metrics: MetricsText | undefined;

  /** Answers a request; false: it is about something else. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    switch (request.url?.split("?")[0]) {
      case "/livez":
        answer(response, 200, "live");
        return true;
      case "/readyz":
        this.#answerReadiness(response);
        return true;
      case "/metrics":
        return this.#answerMetrics(response);
      default:
        return false;
    }
  };

  #answerReadiness(response: ServerResponse): void {
    const state = this.state();
    if (state !== "ready") response.setHeader("Retry-After", retryAfter);
    answer(response, state === "ready" ? 200 : 503, state);
  }

  #answerMetrics(response: ServerResponse): boolean {
    const { metrics } = this;
    if (metrics === undefined) return false;
    metrics.write().then(
      (text) => response.writeHead(200, { "Content-Type": metrics.contentType }).end(text),
      () => answer(response, 500, "failed"),
    );
    return true;
  }
}

function answer(response: ServerResponse, status: number, state: string): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify({ status: state }));
}
