import type { IncomingMessage } from "node:http";

const taken = new WeakMap<IncomingMessage, string>();
const form = /;jsessionid=([^;/?#]*)/i;

/** Takes the id of an HTTP session out of the URL of a request, before anybody looks at the path (JSR 289 §13). */
export function takeUrlSession(request: IncomingMessage): void {
  const found = form.exec(request.url ?? "");
  if (found?.[1] === undefined) return;
  request.url = request.url?.replace(form, "");
  taken.set(request, found[1]);
}

/** The id of the HTTP session that the URL of a request named. */
export function urlSessionId(request: IncomingMessage): string | undefined {
  return taken.get(request);
}
