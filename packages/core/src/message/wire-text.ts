/**
 * Inside the engine the header section of a message is *wire text*: a string in which each character is one byte as it
 * came or will go. What people read and write is ordinary text; these functions lead from one to the other.
 */

const nonAscii = /[^\x00-\x7f]/;
const folding = /[ \t]*\r?\n[ \t]+/g;

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
  return wire.includes("\n") ? wire.replace(folding, " ") : wire;
}

/** Reads bytes as wire text. */
export function wireTextOf(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1", start, end);
}
