import type { WebSocket } from "ws";
import type { PushMessage } from "../../api/push-service.js";
import { patience, type Follower } from "./follower.js";

/** The server goes away (RFC 6455 §7.4.1). */
const goingAway = 1001;

/** A page that follows by WebSocket: each message is `{"event":…,"data":…}`. */
export class WebSocketFollower implements Follower {
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
  }

  send({ event = "message", data }: PushMessage): void {
    if (this.#webSocket.bufferedAmount > patience) this.#webSocket.terminate();
    else this.#webSocket.send(JSON.stringify({ event, data: data ?? null }), ignore);
  }

  keepAlive(): void {
    this.#webSocket.ping(ignore);
  }

  close(): void {
    this.#webSocket.close(goingAway);
  }
}

/** A page that is gone says so by its end. */
function ignore(): void {
  // nothing to do
}
