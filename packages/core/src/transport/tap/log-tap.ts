import type { Writable } from "node:stream";
import { formatEndpoint } from "../endpoint.js";
import { BoundedOutput, type BoundedOutputOptions } from "./bounded-output.js";
import { maskCredentials } from "./mask-credentials.js";
import type { TappedMessage, TransportTap } from "./tapped-message.js";

/** How messages are written for people. */
export interface LogTapOptions extends BoundedOutputOptions {
  /** Where the text goes: a file, `process.stderr`, … */
  readonly output: Writable;
}

/** Writes each message as text under a line that tells when, which way and what it belongs to. Credentials are masked. */
export class LogTap implements TransportTap {
  readonly #output: BoundedOutput;

  constructor(options: LogTapOptions) {
    this.#output = new BoundedOutput(options.output, options);
  }

  /** How many messages were lost because the output was too slow or failed. */
  get dropped(): number {
    return this.#output.dropped;
  }

  onMessage(message: TappedMessage): void {
    this.#output.write(`${headline(message)}\n${bodyText(message.bytes)}\n\n`);
  }
}

/** `2026-11-20T19:40:01.123Z received udp 192.0.2.1:5060 > 198.51.100.7:5060 512 octets Call-ID a branch b`. */
function headline(message: TappedMessage): string {
  const { direction, time, protocol, source, target, bytes, callId, branch } = message;
  const way = direction === "in" ? "received" : "sent";
  const ids = [callId && `Call-ID ${callId}`, branch && `branch ${branch}`].filter(Boolean).join(" ");
  const path = `${formatEndpoint(source)} > ${formatEndpoint(target)}`;
  return visible(`${new Date(time).toISOString()} ${way} ${protocol} ${path} ${bytes.length} octets ${ids}`);
}

function bodyText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return visible(maskCredentials(text).replaceAll("\r\n", "\n")).trimEnd();
}

/** Control characters would move the cursor of whoever reads along: they are written as `\x1b`. */
function visible(text: string): string {
  let shown = "";
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f)) || code === 0x0a || code === 0x09) continue;
    shown += `${text.slice(start, index)}\\x${code.toString(16).padStart(2, "0")}`;
    start = index + 1;
  }
  return shown + text.slice(start);
}
