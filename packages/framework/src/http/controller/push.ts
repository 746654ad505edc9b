import type { PushSubscription } from "../../api/push-service.js";
import { addRouteRecord } from "../../metadata/http-record.js";
import type { HttpRequest } from "./http-message.js";

/**
 * Lets pages follow topics at a path: by server-sent events (`new EventSource(path)`), or by WebSocket, where each message
 * is `{"event":…,"data":…}`. The method says which topics, and what to tell first; it refuses by throwing.
 */
export function Push(
  path = "/",
): <M extends (request: HttpRequest) => PushSubscription | Promise<PushSubscription>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void {
  return (target, name) => addRouteRecord(target, { verb: "push", path, schemas: {}, name });
}
