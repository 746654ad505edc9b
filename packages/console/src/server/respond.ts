import type { ServerResponse } from "node:http";

/** Pages of the console load nothing from elsewhere and stand in no frame. */
const guards = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** Sends a body. */
export function respond(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { ...guards, "Content-Type": type }).end(body);
}

/** Sends a value as JSON. */
export function respondJson(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

/** Sends what is wrong, as RFC 9457 has it. */
export function respondProblem(response: ServerResponse, status: number, title: string): void {
  respond(response, status, "application/problem+json; charset=utf-8", JSON.stringify({ status, title }));
}

/** Sends a client elsewhere. */
export function redirect(response: ServerResponse, location: string, cookie?: string): void {
  response
    .writeHead(303, { ...guards, Location: location, ...(cookie !== undefined && { "Set-Cookie": cookie }) })
    .end();
}
