import { tokenCharacters } from "../grammar/character-tables.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import { defaultParseLimits, type ParseLimits } from "./parse-limits.js";

/** Who hears what a stream holds. */
export interface FramerUser {
  /** One whole message. Nobody writes to these octets afterwards. */
  onFrame(bytes: Uint8Array): void;
  /** A double CRLF between messages: the peer asks whether we live (RFC 5626 §4.4.1). */
  onPing(): void;
  /** A single CRLF between messages. Tells whether it was awaited, as the answer to a ping of ours. */
  onPong(): boolean;
  /** The framing is lost; nothing more can be read and the connection has to go. `frame` is what could be cut out. */
  onFault(failure: ParseFailure, frame: Uint8Array): void;
}

const carriageReturn = 0x0d;
const newLine = 0x0a;
const colon = 0x3a;
const lowerC = 0x63;
const lowerL = 0x6c;
const longName = Buffer.from("content-length");
const nothing = Buffer.alloc(0);

/**
 * Cuts a byte stream into messages (RFC 3261 §18.3): line ends in front of a message are keep-alives, the empty line ends
 * the header section, Content-Length tells the body. A message without Content-Length cannot be framed: 400 and close.
 * Work and memory grow with the octets that came, never with a length that was merely announced.
 */
export class StreamFramer {
  readonly #user: FramerUser;
  readonly #limits: ParseLimits;
  /** Octets of a message that is not complete; `#used` of them count. */
  #store: Buffer = nothing;
  #used = 0;
  /** Length of the whole message once its header section is there; 0 before. */
  #frameLength = 0;
  /** How far the message was searched, and where the line begins that the search stands in; from the message's start. */
  #searched = 0;
  #lineStart = 0;
  /** Where lines of Content-Length begin, from the message's start. */
  #lengthLines: number[] = [];
  #lineEnds = 0;
  #frames = 0;
  #failed = false;

  constructor(user: FramerUser, limits: ParseLimits = defaultParseLimits) {
    this.#user = user;
    this.#limits = limits;
  }

  /** Tells whether a message has begun and not yet ended. */
  get isInMessage(): boolean {
    return this.#used > 0;
  }

  /** How many messages were cut out so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Takes what was read; calls the user for each message that is complete. */
  push(chunk: Uint8Array): void {
    if (this.#failed) return;
    const data = this.#used === 0 ? viewOf(chunk) : this.#append(chunk);
    let start = 0;
    while (start < data.length) {
      if (this.#searched === 0) {
        start = this.#skipLineEnds(data, start);
        if (start === data.length) break;
        if (tokenCharacters[data[start] ?? 0] !== 1) {
          this.#fail(parseFailure("No SIP message begins here", 0), nothing);
          return;
        }
      }
      if (this.#frameLength === 0 && !this.#measure(data, start)) break;
      if (data.length - start < this.#frameLength) break;
      start = this.#cut(data, start);
    }
    if (this.#failed) return;
    this.#keep(data, start);
    if (this.#lineEnds === 1 && this.#user.onPong()) this.#lineEnds = 0;
  }

  /** The rest of a message did not come in time: the framing is given up (RFC 4475 §3.1.2.2). */
  giveUp(): void {
    if (this.#failed || this.#used === 0) return;
    const frame = this.#frameLength === 0 ? nothing : this.#store.subarray(0, this.#used);
    this.#fail(parseFailure("The rest of the message did not come", this.#used), frame);
  }

  #cut(data: Buffer, start: number): number {
    const end = start + this.#frameLength;
    this.#frameLength = 0;
    this.#searched = 0;
    this.#lineStart = 0;
    this.#lengthLines = [];
    this.#frames++;
    this.#user.onFrame(data.subarray(start, end));
    return end;
  }

  /** Puts octets behind those that wait. What was handed out is never written to: it stands in a store given up. */
  #append(chunk: Uint8Array): Buffer {
    const used = this.#used + chunk.length;
    if (used > this.#store.length) {
      const store = Buffer.allocUnsafeSlow(Math.max(used, 2 * this.#store.length));
      this.#store.copy(store, 0, 0, this.#used);
      this.#store = store;
    }
    this.#store.set(chunk, this.#used);
    this.#used = used;
    return this.#store.subarray(0, used);
  }

  /** Keeps what was not cut: a copy, so that a few octets do not hold the whole of what was read. */
  #keep(data: Buffer, start: number): void {
    if (start === 0 && this.#used > 0) return;
    this.#used = data.length - start;
    this.#store = this.#used === 0 ? nothing : Buffer.from(data.subarray(start));
  }

  /** Looks for the end of the header section and the length of the body. */
  #measure(data: Buffer, start: number): boolean {
    let lineStart = start + this.#lineStart;
    for (let index = start + this.#searched; index < data.length; index++) {
      if (data[index] !== newLine) continue;
      const isEmpty = index === lineStart || (index === lineStart + 1 && data[lineStart] === carriageReturn);
      if (isEmpty) return this.#setLength(data, start, index + 1);
      if (isContentLength(data, lineStart)) this.#lengthLines.push(lineStart - start);
      lineStart = index + 1;
    }
    this.#searched = data.length - start;
    this.#lineStart = lineStart - start;
    const limit = this.#limits.startLine + this.#limits.headerSection;
    return this.#searched <= limit
      ? false
      : this.#fail(parseFailure("The header section is too long", limit, 513), data.subarray(start));
  }

  #setLength(data: Buffer, start: number, bodyStart: number): boolean {
    const length = this.#contentLength(data, start, bodyStart);
    const head = bodyStart - start;
    if (typeof length === "string") return this.#fail(parseFailure(length, head), data.subarray(start, bodyStart));
    if (length > this.#limits.body) {
      return this.#fail(parseFailure("The body is too large", head, 413), data.subarray(start, bodyStart));
    }
    this.#frameLength = head + length;
    this.#searched = head;
    return true;
  }

  /** Value of Content-Length, or what is wrong with it. */
  #contentLength(data: Buffer, start: number, end: number): number | string {
    let found = -1;
    for (const line of this.#lengthLines) {
      const value = numberOf(data, start + line, end);
      if (value < 0) return "Content-Length is no number";
      if (found >= 0 && found !== value) return "Content-Length stands twice with different values";
      found = value;
    }
    return found < 0 ? "Content-Length is missing" : found;
  }

  #fail(failure: ParseFailure, frame: Uint8Array): false {
    this.#failed = true;
    this.#store = nothing;
    this.#used = 0;
    this.#user.onFault(failure, frame);
    return false;
  }

  /** Two line ends make a ping. */
  #skipLineEnds(data: Buffer, start: number): number {
    let index = start;
    for (; index < data.length; index++) {
      const code = data[index];
      if (code === carriageReturn) continue;
      if (code !== newLine) break;
      if (++this.#lineEnds < 2) continue;
      this.#lineEnds = 0;
      this.#user.onPing();
    }
    if (index < data.length) this.#lineEnds = 0;
    return index;
  }
}

function viewOf(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Tells whether a line begins with the name of Content-Length, long or compact. */
function isContentLength(data: Buffer, lineStart: number): boolean {
  const first = (data[lineStart] ?? 0) | 0x20;
  if (first !== lowerC && first !== lowerL) return false;
  let index = lineStart + 1;
  if (first === lowerC) {
    for (; index < lineStart + longName.length; index++) {
      if (((data[index] ?? 0) | 0x20) !== longName[index - lineStart]) return false;
    }
  }
  return data[skipBlanks(data, index)] === colon;
}

/** The number behind the colon, which may stand on a continuation line; -1 when there is none. */
function numberOf(data: Buffer, lineStart: number, end: number): number {
  let index = skipFolds(data, data.indexOf(colon, lineStart) + 1, end);
  let value = -1;
  for (let digits = 0; digits < 10; digits++, index++) {
    const digit = (data[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = Math.max(value, 0) * 10 + digit;
  }
  index = skipFolds(data, index, end);
  if (data[index] === carriageReturn) index++;
  return data[index] === newLine ? value : -1;
}

function skipBlanks(data: Buffer, start: number): number {
  let index = start;
  while (data[index] === 0x20 || data[index] === 0x09) index++;
  return index;
}

/** Skips blanks and the line breaks that a blank follows (RFC 3261 §7.3.1). */
function skipFolds(data: Buffer, start: number, end: number): number {
  let index = skipBlanks(data, start);
  while (index < end) {
    const afterBreak = data[index] === carriageReturn ? index + 2 : index + 1;
    if (data[afterBreak - 1] !== newLine) break;
    const next = skipBlanks(data, afterBreak);
    if (next === afterBreak) break;
    index = next;
  }
  return index;
}
