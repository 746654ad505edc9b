import { createSocket } from "node:dgram";
import { connect } from "node:net";

import { CounterpartError } from "./counterpart-error.js";

export interface RawTarget {
  readonly host?: string;
  readonly port: number;
  readonly transport?: "udp" | "tcp";
}

/** Writes the request once the own address ("127.0.0.1:40000") is known. */
export type RawRequest = (local: string) => string;

/**
 * Sends bytes as they are and returns the first datagram (or the first bytes of the stream) that comes back: for requests no SIP
 * program would send. Fails when nothing comes within `patienceMs`.
 */
export function exchangeRaw(target: RawTarget, request: RawRequest, patienceMs = 500): Promise<string> {
  return target.transport === "tcp"
    ? exchangeTcp(target, request, patienceMs)
    : exchangeUdp(target, request, patienceMs);
}

/** The number in a status line: 400 for "SIP/2.0 400 Bad Request…", 0 when it is none. */
export function statusOf(response: string): number {
  return Number(/^SIP\/2\.0 (\d{3}) /.exec(response)?.[1] ?? 0);
}

function exchangeUdp(
  { host = "127.0.0.1", port }: RawTarget,
  request: RawRequest,
  patienceMs: number,
): Promise<string> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  let timer: NodeJS.Timeout | undefined;
  return new Promise<string>((resolve, reject) => {
    timer = setTimeout(() => reject(new CounterpartError(`No answer from udp ${host}:${port}`)), patienceMs);
    socket.on("error", reject);
    socket.once("message", (bytes) => resolve(bytes.toString("utf8")));
    // Connected, so that the kernel tells at once when nobody has bound the port.
    socket.connect(port, host, () => socket.send(request(local(socket.address()))));
  }).finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function exchangeTcp(
  { host = "127.0.0.1", port }: RawTarget,
  request: RawRequest,
  patienceMs: number,
): Promise<string> {
  const socket = connect({ host, port });
  return new Promise<string>((resolve, reject) => {
    socket.setTimeout(patienceMs, () => reject(new CounterpartError(`No answer from tcp ${host}:${port}`)));
    socket.once("error", reject);
    socket.once("end", () => reject(new CounterpartError(`tcp ${host}:${port} closed without an answer`)));
    socket.once("connect", () => socket.write(request(local(socket.address() as { address: string; port: number }))));
    socket.once("data", (bytes) => resolve(bytes.toString("utf8")));
  }).finally(() => socket.destroy());
}

function local({ address, port }: { address: string; port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
