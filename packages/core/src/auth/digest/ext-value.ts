import { isHexDigit, tokenCharacters, type CharacterTable } from "../../grammar/character-tables.js";
import { encodePercent } from "../../grammar/percent-encoding.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `attr-char` of RFC 5987 §3.2.1. */
const attributeCharacters: CharacterTable = attributeTable();

function attributeTable(): CharacterTable {
  const table = new Uint8Array(256);
  const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";
  for (let index = 0; index < allowed.length; index++) table[allowed.charCodeAt(index)] = 1;
  return table;
}

/** Those of them that stand in a token as well, so that the value needs no quotes. */
const bareCharacters: CharacterTable = attributeCharacters.map(
  (allowed, code) => allowed & (tokenCharacters[code] ?? 0),
);

/** Writes text as `UTF-8''…` with percent escapes (RFC 5987 §3.2, for `username*` of RFC 7616 §3.4). */
export function encodeExtValue(value: string): string {
  return `UTF-8''${encodePercent(value, bareCharacters)}`;
}

/** Reads `UTF-8'language'…`; `undefined` for another character set or what is no UTF-8. */
export function decodeExtValue(text: string): string | undefined {
  const first = text.indexOf("'");
  const second = text.indexOf("'", first + 1);
  if (second < 0 || text.slice(0, first).toLowerCase() !== "utf-8") return undefined;
  return decodeOctets(text.slice(second + 1));
}

function decodeOctets(escaped: string): string | undefined {
  const octets: number[] = [];
  for (let index = 0; index < escaped.length; index++) {
    const octet = escaped[index] === "%" ? escapedOctet(escaped, index) : bareOctet(escaped.charCodeAt(index));
    if (octet === undefined) return undefined;
    octets.push(octet);
    if (escaped[index] === "%") index += 2;
  }
  return decodeUtf8(Uint8Array.from(octets));
}

function escapedOctet(text: string, index: number): number | undefined {
  const isEscape = isHexDigit(text.charCodeAt(index + 1)) && isHexDigit(text.charCodeAt(index + 2));
  return isEscape ? Number.parseInt(text.slice(index + 1, index + 3), 16) : undefined;
}

function bareOctet(code: number): number | undefined {
  return attributeCharacters[code] === 1 ? code : undefined;
}

function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}
