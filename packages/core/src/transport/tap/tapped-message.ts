import type { Endpoint } from "../endpoint.js";
import { isWildcard } from "../reachable-address.js";
import type { Connection, TransportProtocol } from "../transport.js";

/** Whether a message came or left. */
export type Direction = "in" | "out";

/** Who looks on while messages pass. Must neither wait nor change the octets. */
export interface TransportTap {
  onMessage(message: TappedMessage): void;
}

/** One message as it passed the transport, also one that could not be parsed. */
export class TappedMessage {
  readonly direction: Direction;
  readonly protocol: TransportProtocol;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Whether it went from one part of this element to another, by no socket; such a message is told once. */
  readonly isInternal: boolean;
  /** The octets; copy what is kept longer than the call. */
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970 by the clock of the engine. */
  readonly time: number;
  #head: string | undefined;

  constructor(direction: Direction, connection: Connection, bytes: Uint8Array, time: number) {
    this.direction = direction;
    this.protocol = connection.transport.protocol;
    this.local = localOf(connection);
    this.isInternal = connection.deliver !== undefined;
    this.remote = this.isInternal ? this.local : connection.remote;
    this.bytes = bytes;
    this.time = time;
  }

  /** Where the message came from. */
  get source(): Endpoint {
    return this.direction === "in" ? this.remote : this.local;
  }

  /** Where the message went. */
  get target(): Endpoint {
    return this.direction === "in" ? this.local : this.remote;
  }

  /** First line of the message. */
  get startLine(): string {
    const head = this.#text();
    const end = head.indexOf("\n");
    return (end < 0 ? head : head.slice(0, end)).trim();
  }

  /** Call-ID, read when asked for. */
  get callId(): string | undefined {
    return fieldText(this.#text(), "call-id", "i");
  }

  /** Branch of the top Via, read when asked for: names the transaction together with the method (RFC 3261 §17.1.3). */
  get branch(): string | undefined {
    const via = fieldText(this.#text(), "via", "v");
    const start = via?.toLowerCase().indexOf(";branch=") ?? -1;
    if (via === undefined || start < 0) return undefined;
    const value = via.slice(start + 8);
    const end = endOfToken(value);
    return value.slice(0, end);
  }

  /** Method of the request, or of the request that a response answers; undefined where it cannot be read. */
  get method(): string | undefined {
    const { startLine } = this;
    if (!startLine.startsWith("SIP/")) return /^[A-Z]+(?= )/.exec(startLine)?.[0];
    return fieldText(this.#text(), "cseq", "cseq")?.split(/\s+/)[1];
  }

  /** Header section as text. */
  #text(): string {
    return (this.#head ??= headText(this.bytes));
  }
}

/** A listener on all addresses does not know by which of them a datagram came; the one for this peer is shown. */
function localOf({ transport, local, remote }: Connection): Endpoint {
  const { machine } = transport;
  if (machine === undefined || !isWildcard(local.address)) return local;
  return { address: machine.addressFor(remote.address), port: local.port };
}

function headText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf("\r\n\r\n");
  return buffer.toString("latin1", 0, end < 0 ? buffer.length : end + 2);
}

/** Text of the first header field of that name, folded lines joined. */
function fieldText(head: string, name: string, compactName: string): string | undefined {
  for (let start = head.indexOf("\n") + 1; start > 0 && start < head.length; start = head.indexOf("\n", start) + 1) {
    const colon = head.indexOf(":", start);
    if (colon < 0) return undefined;
    if (colon - start > name.length + 8) continue;
    const found = head.slice(start, colon).trimEnd().toLowerCase();
    if (found === name || found === compactName) return head.slice(colon + 1, endOfField(head, colon)).trim();
  }
  return undefined;
}

function endOfField(head: string, from: number): number {
  let end = head.indexOf("\n", from);
  while (end >= 0 && (head.charAt(end + 1) === " " || head.charAt(end + 1) === "\t")) end = head.indexOf("\n", end + 1);
  return end < 0 ? head.length : end;
}

function endOfToken(text: string): number {
  for (let index = 0; index < text.length; index++) if (";, \t\r\n".includes(text.charAt(index))) return index;
  return text.length;
}
