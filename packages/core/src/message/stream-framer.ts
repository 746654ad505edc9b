import { headerKey } from "../headers/header-table.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import { defaultParseLimits, type ParseLimits } from "./parse-limits.js";

/** Who hears what a stream holds. */
export interface FramerUser {
  /** One whole message. The octets stay valid only as long as nobody writes to the chunk they came in. */
  onFrame(bytes: Uint8Array): void;
  /** A double CRLF between messages: the peer asks whether we live (RFC 5626 §4.4.1). */
  onPing(): void;
  /** A single CRLF between messages: the answer to a ping of ours. */
  onPong(): void;
  /** The framing is lost; nothing more can be read and the connection has to go. `frame` is what could be cut out. */
  onFault(failure: ParseFailure, frame: Uint8Array): void;
}

const carriageReturn = 0x0d;
const newLine = 0x0a;
const nothing = Buffer.alloc(0);

/**
 * Cuts a byte stream into messages (RFC 3261 §18.3): line ends in front of a message are keep-alives, the empty line ends
 * the header section, Content-Length tells the body. A message without Content-Length cannot be framed: 400 and close.
 */
export class StreamFramer {
  readonly #user: FramerUser;
  readonly #limits: ParseLimits;
  #pending: Buffer = nothing;
  /** Length of the whole message once its header section is there; 0 before. */
  #frameLength = 0;
  /** How far the pending octets were searched for the empty line. */
  #searched = 0;
  #lineEnds = 0;
  #failed = false;

  constructor(user: FramerUser, limits: ParseLimits = defaultParseLimits) {
    this.#user = user;
    this.#limits = limits;
  }

  /** Tells whether a message has begun and not yet ended. */
  get isInMessage(): boolean {
    return this.#pending.length > 0;
  }

  /** Takes what was read; calls the user for each message that is complete. */
  push(chunk: Uint8Array): void {
    if (this.#failed) return;
    const next = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let data: Buffer = this.#pending.length === 0 ? next : Buffer.concat([this.#pending, next]);
    this.#pending = nothing;
    while (data.length > 0) {
      if (this.#frameLength === 0 && this.#searched === 0) data = this.#skipLineEnds(data);
      const rest = this.#cut(data);
      if (rest === undefined) return;
      data = rest;
    }
    this.#flushPong();
  }

  /** Cuts one message; undefined when more octets are needed or the framing is lost. */
  #cut(data: Buffer): Buffer | undefined {
    if (data.length === 0) return data;
    if (this.#frameLength === 0 && !this.#measure(data)) return undefined;
    if (data.length < this.#frameLength) {
      this.#pending = data;
      return undefined;
    }
    const frame = data.subarray(0, this.#frameLength);
    const rest = data.subarray(this.#frameLength);
    this.#frameLength = 0;
    this.#searched = 0;
    this.#user.onFrame(frame);
    return this.#failed ? undefined : rest;
  }

  /** Looks for the end of the header section and the length of the body. */
  #measure(data: Buffer): boolean {
    const headEnd = endOfHead(data, Math.max(0, this.#searched - 3));
    if (headEnd < 0) {
      this.#searched = data.length;
      this.#pending = data;
      const limit = this.#limits.startLine + this.#limits.headerSection;
      return data.length > limit
        ? this.#fail(parseFailure("The header section is too long", limit, 513), data)
        : false;
    }
    const length = contentLength(data.latin1Slice(0, headEnd));
    if (typeof length === "string")
      return this.#fail(parseFailure(length, headEnd), data.subarray(0, headEnd));
    if (length > this.#limits.body) {
      return this.#fail(
        parseFailure("The body is too large", headEnd, 413),
        data.subarray(0, headEnd),
      );
    }
    this.#frameLength = headEnd + length;
    return true;
  }

  #fail(failure: ParseFailure, frame: Uint8Array): false {
    this.#failed = true;
    this.#pending = nothing;
    this.#user.onFault(failure, frame);
    return false;
  }

  /** Two line ends make a ping; a single one in front of nothing is a pong. */
  #skipLineEnds(data: Buffer): Buffer {
    let index = 0;
    for (; index < data.length; index++) {
      const code = data[index];
      if (code === carriageReturn) continue;
      if (code !== newLine) break;
      if (++this.#lineEnds < 2) continue;
      this.#lineEnds = 0;
      this.#user.onPing();
    }
    if (index < data.length) this.#lineEnds = 0;
    return index === 0 ? data : data.subarray(index);
  }

  #flushPong(): void {
    if (this.#lineEnds !== 1) return;
    this.#user.onPong();
  }
}

/** Index behind the empty line, or -1. */
function endOfHead(data: Buffer, from: number): number {
  for (
    let index = data.indexOf(newLine, from);
    index >= 0;
    index = data.indexOf(newLine, index + 1)
  ) {
    if (data[index + 1] === newLine) return index + 2;
    if (data[index + 1] === carriageReturn && data[index + 2] === newLine) return index + 3;
  }
  return -1;
}

/** Value of Content-Length in the header section, or what is wrong with it. */
function contentLength(head: string): number | string {
  let found: number | undefined;
  for (
    let start = head.indexOf("\n") + 1;
    start > 0 && start < head.length;
    start = head.indexOf("\n", start) + 1
  ) {
    const first = head.charCodeAt(start) | 0x20;
    if (first !== 0x6c && first !== 0x63) continue;
    const colon = head.indexOf(":", start);
    if (colon < 0 || headerKey(head.slice(start, colon).trimEnd()) !== "content-length") continue;
    const text = valueText(head, colon + 1);
    if (!/^\d{1,10}$/.test(text)) return "Content-Length is no number";
    const value = Number(text);
    if (found !== undefined && found !== value)
      return "Content-Length stands twice with different values";
    found = value;
  }
  return found ?? "Content-Length is missing";
}

function valueText(head: string, start: number): string {
  let end = head.indexOf("\n", start);
  while (head.charCodeAt(end + 1) === 0x20 || head.charCodeAt(end + 1) === 0x09)
    end = head.indexOf("\n", end + 1);
  return head.slice(start, end).trim();
}
