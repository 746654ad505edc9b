import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import { WebSocketServer } from "ws";
import type { PushSubscription } from "../../api/push-service.js";
import { EventStream } from "../push/event-stream.js";
import type { TopicHub } from "../push/topic-hub.js";
import { WebSocketFollower } from "../push/web-socket-follower.js";
import type { Upgrade } from "./upgrade.js";

/** The largest message a page may send; nobody reads it. */
const maxPayload = 4096;

/** Lets pages follow topics: over the WebSocket their request asks for, or by server-sent events. */
export class PushUpgrades {
  readonly #hub: TopicHub;
  readonly #upgrades = new WeakMap<IncomingMessage, Upgrade>();
  readonly #upgrader = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload });

  constructor(hub: TopicHub) {
    this.#hub = hub;
  }

  /** A request that wants to become a WebSocket is on its way to its route. */
  expect(upgrade: Upgrade): void {
    this.#upgrades.set(upgrade.request, upgrade);
  }

  readonly follow = (request: Request, response: Response, subscription: PushSubscription): void => {
    const upgrade = this.#upgrades.get(request);
    if (response.destroyed || response.headersSent) return;
    if (upgrade === undefined) {
      const leave = this.#hub.follow(subscription, new EventStream(response));
      response.once("close", leave);
      return;
    }
    response.detachSocket(upgrade.socket);
    this.#upgrader.handleUpgrade(request, upgrade.socket, upgrade.head, (webSocket) => {
      const leave = this.#hub.follow(subscription, new WebSocketFollower(webSocket));
      webSocket.on("error", () => webSocket.terminate());
      webSocket.once("close", leave);
    });
  };
}
