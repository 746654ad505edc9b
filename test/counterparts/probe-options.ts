import { createSocket } from "node:dgram";
import { connect } from "node:net";

import { CounterpartError } from "./counterpart-error.js";
import { waitUntil } from "./wait-until.js";

export interface ProbeTarget {
  readonly host?: string;
  readonly port: number;
  readonly transport?: "udp" | "tcp";
  /** Request-URI; `sip:host:port` when left out. */
  readonly uri?: string;
  readonly timeoutMs?: number;
}

let count = 0;

/** Sends OPTIONS again and again until a SIP server answers, and returns the status line. Any answer will do: it lives. */
export function waitForSipServer(target: ProbeTarget): Promise<string> {
  const { host = "127.0.0.1", port, transport = "udp", timeoutMs } = target;
  const what = `something answers OPTIONS at ${transport} ${host}:${port}`;
  return waitUntil(() => probeOptions(target).catch(() => undefined), { what, timeoutMs });
}

/** Sends one OPTIONS request and returns the status line of the answer; fails when none comes within half a second. */
export function probeOptions(target: ProbeTarget): Promise<string> {
  return target.transport === "tcp" ? probeTcp(target) : probeUdp(target);
}

const patienceMs = 500;

function probeUdp({ host = "127.0.0.1", port, uri }: ProbeTarget): Promise<string> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new CounterpartError(`No answer from udp ${host}:${port}`)), patienceMs);
    socket.once("error", reject);
    socket.on("message", (bytes) => resolve(statusLine(bytes)));
    // Connected, so that the kernel tells at once when nobody has bound the port.
    socket.connect(port, host, () => socket.send(optionsRequest("UDP", socket.address().port, { host, port, uri })));
    socket.once("close", () => clearTimeout(timer));
  }).finally(() => socket.close());
}

function probeTcp({ host = "127.0.0.1", port, uri }: ProbeTarget): Promise<string> {
  const socket = connect({ host, port });
  return new Promise<string>((resolve, reject) => {
    socket.setTimeout(patienceMs, () => reject(new CounterpartError(`No answer from tcp ${host}:${port}`)));
    socket.once("error", reject);
    socket.once("connect", () => socket.write(optionsRequest("TCP", socket.localPort ?? 0, { host, port, uri })));
    socket.once("data", (bytes) => resolve(statusLine(bytes)));
  }).finally(() => socket.destroy());
}

function statusLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).split("\r\n", 1)[0] ?? "";
}

function optionsRequest(
  transport: string,
  localPort: number,
  target: { host: string; port: number; uri?: string },
): string {
  const bracketed = target.host.includes(":") ? `[${target.host}]` : target.host;
  const local = target.host.includes(":") ? "[::1]" : "127.0.0.1";
  const uri = target.uri ?? `sip:${bracketed}:${target.port}`;
  count += 1;
  return [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${local}:${localPort};branch=z9hG4bKprobe${process.pid}x${count};rport`,
    "Max-Forwards: 70",
    `From: <sip:probe@${local}>;tag=probe${count}`,
    `To: <${uri}>`,
    `Call-ID: probe-${process.pid}-${count}-${Date.now()}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:probe@${local}:${localPort};transport=${transport.toLowerCase()}>`,
    "Accept: application/sdp",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
