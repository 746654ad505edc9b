import type { ServerResponse } from "node:http";
import type { CallTrace } from "../trace/call-trace.js";
import type { TraceRecorder } from "../trace/trace-recorder.js";

/** Milliseconds in which changes of one call are told together. */
const pause = 200;
/** Milliseconds after which a comment shows that the stream lives. */
const heartbeat = 15_000;

/** Tells pages, by server-sent events, which calls have changed. */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();
  readonly #changed = new Set<CallTrace>();
  readonly #stop: () => void;
  #timer: NodeJS.Timeout | undefined;
  readonly #heart: NodeJS.Timeout;

  constructor(recorder: Pick<TraceRecorder, "watch">) {
    this.#stop = recorder.watch((call) => this.#note(call));
    this.#heart = setInterval(() => this.#write(": still here\n\n"), heartbeat).unref();
  }

  /** Sends a page what happens from now on. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    response.write("retry: 1000\n\n");
    this.#clients.add(response);
    response.on("close", () => this.#clients.delete(response));
  }

  close(): void {
    this.#stop();
    clearInterval(this.#heart);
    clearTimeout(this.#timer);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #note(call: CallTrace): void {
    if (this.#clients.size === 0) return;
    this.#changed.add(call);
    this.#timer ??= setTimeout(() => this.#flush(), pause).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const { summary } of this.#changed) this.#write(`event: call\ndata: ${JSON.stringify(summary)}\n\n`);
    this.#changed.clear();
  }

  #write(text: string): void {
    for (const client of this.#clients) client.write(text);
  }
}
