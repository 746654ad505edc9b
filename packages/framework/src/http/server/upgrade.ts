import { STATUS_CODES, type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A connection that wants to become a WebSocket. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Ends an upgrade with a status. */
export function refuseUpgrade(socket: Socket, status: number, detail: string): void {
  const title = STATUS_CODES[status] ?? "";
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  const type = `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.write(`HTTP/1.1 ${status} ${title}\r\nConnection: close\r\n${type}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** An ordinary response on the connection: a route answers by it, unless it makes a WebSocket of the connection. */
export function responseOf({ request, socket }: Upgrade): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once("finish", () => socket.destroySoon());
  return response;
}
