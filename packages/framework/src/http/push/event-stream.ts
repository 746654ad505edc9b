import type { ServerResponse } from "node:http";
import type { PushMessage } from "../../api/push-service.js";
import { patience, type Follower } from "./follower.js";

/** How long a browser waits before it comes back, in milliseconds. */
const retryDelay = 1000;

/** A page that follows by server-sent events (HTML, section 9.2). */
export class EventStream implements Follower {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    });
    response.write(`retry: ${retryDelay}\n\n`);
  }

  send({ event, data }: PushMessage): void {
    const lines = JSON.stringify(data ?? null).split("\n");
    const name = event === undefined ? "" : `event: ${event.replace(/[\r\n]/g, " ")}\n`;
    this.#write(`${name}${lines.map((line) => `data: ${line}\n`).join("")}\n`);
  }

  keepAlive(): void {
    this.#write(":\n\n");
  }

  close(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableLength > patience) this.#response.destroy();
    else this.#response.write(text);
  }
}
