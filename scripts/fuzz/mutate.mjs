/** @import { Random } from "./random.mjs" */

/** @typedef {(bytes: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer} Mutation */

/** Signs and words that mean something to some reader. */
const spices = [
  ...'"\\<>(),;:=@%[]?&/*{} \t\r\n\0\u007f\u0080\u00ff'.split(""),
  "\r\n",
  "\r\n ",
  "\r\n\r\n",
  '"\\',
  "%00",
  "%",
  "::",
  "<<",
  "((",
  ";;",
  ",,",
  ";tag=",
  ";lr;lr",
  "sip:",
  "tel:",
  "SIP/2.0/",
  "\u00c3\u00bc",
  "\u00ef\u00bb\u00bf",
  "Digest ",
  "--b1",
];
const numbers = [
  "0",
  "-1",
  "255",
  "256",
  "65536",
  "2147483647",
  "2147483648",
  "4294967296",
  "9".repeat(40),
  "1e9",
  "0x10",
];
const names = [
  ..."Via,From,To,Call-ID,CSeq,Contact,Route,Record-Route,Max-Forwards,Content-Length,Content-Type,Authorization".split(
    ",",
  ),
  ..."WWW-Authenticate,Authentication-Info,Warning,Retry-After,Accept,Event,Refer-To,Replaces,Date,Identity,Reason".split(
    ",",
  ),
  ..."History-Info,Resource-Priority,Accept-Contact,P-Charging-Vector,Session-ID,Timestamp,User-to-User,X-Foo,v,f,t,i,m,l".split(
    ",",
  ),
];
const longest = 70_000;

/** @param {Buffer} bytes @param {number} start @param {number} end @param {Uint8Array} middle */
function replace(bytes, start, end, middle) {
  return Buffer.concat([bytes.subarray(0, start), middle, bytes.subarray(end)]);
}

/** @param {Buffer} bytes @param {Random} random @returns {[number, number]} */
function range(bytes, random) {
  const start = random.below(bytes.length + 1);
  const length = random.below(2) === 0 ? 1 + random.below(8) : random.below(200);
  return [start, Math.min(bytes.length, start + length)];
}

/** Bounds of a header line, its line end included. @param {Buffer} bytes @param {Random} random @returns {[number, number]} */
function line(bytes, random) {
  const start = bytes.lastIndexOf("\n", random.below(bytes.length + 1)) + 1;
  const end = bytes.indexOf("\n", start);
  return [start, end < 0 ? bytes.length : end + 1];
}

/** @type {readonly Mutation[]} */
const usual = [
  function flip(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  function insert(bytes, random) {
    const place = random.below(bytes.length + 1);
    return replace(bytes, place, place, Buffer.from(random.pick(spices), "latin1"));
  },
  function remove(bytes, random) {
    return replace(bytes, ...range(bytes, random), Buffer.alloc(0));
  },
  function splice(bytes, random, seeds) {
    const other = random.pick(seeds);
    return replace(bytes, ...range(bytes, random), other.subarray(...range(other, random)));
  },
  function join(bytes, random, seeds) {
    const other = random.pick(seeds);
    return Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length)),
    ]);
  },
  function repeatLine(bytes, random) {
    const [start, end] = line(bytes, random);
    return replace(bytes, end, end, bytes.subarray(start, end));
  },
  function renameLine(bytes, random) {
    const [start, end] = line(bytes, random);
    const colon = bytes.indexOf(":", start);
    return colon < 0 || colon > end ? bytes : replace(bytes, start, colon, Buffer.from(random.pick(names)));
  },
  function number(bytes, random) {
    const from = random.below(bytes.length + 1);
    const start = bytes.subarray(from).findIndex((code) => code >= 0x30 && code <= 0x39) + from;
    let end = start;
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x30 && (bytes[end] ?? 0) <= 0x39) end++;
    return start < from ? bytes : replace(bytes, start, end, Buffer.from(random.pick(numbers)));
  },
  function lie(bytes, random) {
    const place = bytes.indexOf("Content-Length:");
    if (place < 0) return bytes;
    const end = bytes.indexOf("\r", place);
    return replace(bytes, place + 15, end < 0 ? bytes.length : end, Buffer.from(` ${random.pick(numbers)}`));
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function looseEnds(bytes) {
    return Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  },
];

/** A piece many times over: what takes time that grows faster than the text shows here. @type {Mutation} */
function amplify(bytes, random) {
  const [start, end] = range(bytes, random);
  const piece =
    random.below(2) === 0
      ? Buffer.from(random.pick(spices), "latin1")
      : bytes.subarray(start, Math.min(end, start + 12));
  if (piece.length === 0) return bytes;
  const room = Math.max(0, (random.below(4) === 0 ? longest : 16_000) - bytes.length);
  const count = 1 + random.below(Math.floor(room / piece.length) + 1);
  return replace(bytes, start, start, Buffer.concat(Array.from({ length: count }, () => piece)));
}

/**
 * One seed, changed one to three times.
 * @param {Random} random
 * @param {readonly Buffer[]} seeds
 */
export function mutate(random, seeds) {
  let bytes = random.pick(seeds);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    bytes = random.below(60) === 0 ? amplify(bytes, random, seeds) : random.pick(usual)(bytes, random, seeds);
  }
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes;
}
