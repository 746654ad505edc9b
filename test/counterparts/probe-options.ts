import { type RawTarget, exchangeRaw } from "./raw-exchange.js";
import { waitUntil } from "./wait-until.js";

export interface ProbeTarget extends RawTarget {
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
export async function probeOptions(target: ProbeTarget): Promise<string> {
  const answer = await exchangeRaw(target, (local) => optionsRequest(target, local));
  return answer.split("\r\n", 1)[0] ?? "";
}

function optionsRequest({ host = "127.0.0.1", port, transport = "udp", uri }: ProbeTarget, local: string): string {
  const target = uri ?? `sip:${host.includes(":") ? `[${host}]` : host}:${port}`;
  count += 1;
  return [
    `OPTIONS ${target} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${local};branch=z9hG4bKprobe${process.pid}x${count};rport`,
    "Max-Forwards: 70",
    `From: <sip:probe@${local}>;tag=probe${count}`,
    `To: <${target}>`,
    `Call-ID: probe-${process.pid}-${count}-${Date.now()}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:probe@${local};transport=${transport}>`,
    "Accept: application/sdp",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
