import type { Draw } from "./order-srv.js";

/**
 * A draw that gives the same numbers for the same key, on every machine: a stateless proxy must send the
 * retransmissions of a request where it sent the request. RFC 3263 §4.4, RFC 3261 §16.11.
 */
export function createKeyedDraw(key: string): Draw {
  let state = hashText(key);
  return (max) => {
    state = (state + 0x9e3779b9) >>> 0;
    return Math.floor((mixBits(state) / 0x1_0000_0000) * max);
  };
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** The finishing step of MurmurHash3. */
function mixBits(counter: number): number {
  let word = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
