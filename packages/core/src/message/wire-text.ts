// The global of that name is a getter that Node calls each time.
import { Buffer } from "node:buffer";
import { unfold as unfoldText } from "../grammar/scan.js";

/**
 * Inside the engine the header section of a message is *wire text*: a string in which each character is one byte as it
 * came or will go. What people read and write is ordinary text; these functions lead from one to the other.
 */

const nonAscii = /[^\x00-\x7f]/;

/** Decodes wire text as UTF-8 (RFC 3261 §7). Broken sequences become U+FFFD; the wire text itself stays as it was. */
export function decodeWireText(wire: string): string {
  return nonAscii.test(wire) ? Buffer.from(wire, "latin1").toString("utf8") : wire;
}

/** Encodes text as UTF-8, one character for each byte. */
export function encodeWireText(text: string): string {
  return nonAscii.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** Joins folded lines with one space (RFC 3261 §7.3.1). */
export function unfold(wire: string): string {
  return wire.includes("\n") ? unfoldText(wire) : wire;
}

/** Gives each line break of a folded field its CR: a lone LF is read but never sent (RFC 3261 §7). */
export function foldWithCrlf(wire: string): string {
  let folded = "";
  let from = 0;
  for (let feed = wire.indexOf("\n"); feed >= 0; feed = wire.indexOf("\n", feed + 1)) {
    if (wire.charCodeAt(feed - 1) === 0x0d) continue;
    folded += `${wire.slice(from, feed)}\r`;
    from = feed;
  }
  return from === 0 ? wire : folded + wire.slice(from);
}

/** Reads bytes as wire text. */
export function wireTextOf(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1", start, end);
}
