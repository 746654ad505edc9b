import type { ZoneRecord } from "./zone-record.js";

const recordTypes: ReadonlySet<string> = new Set(["IN", "A", "AAAA", "CNAME", "NAPTR", "SOA", "SRV", "TXT"]);

interface ZoneState {
  origin: string;
  ttl: number;
  owner: string;
}

/**
 * Reads the lines of a zone (RFC 1035 §5.1): `owner [ttl] [IN] type data`, `$ORIGIN`, `$TTL`, comments behind `;`, quoted
 * strings (as they stand, no escapes). A line that starts with its type keeps the owner of the one before; indentation
 * means nothing. No parentheses. Names without trailing dot are relative to `$ORIGIN` once there is one. Throws a
 * RangeError that tells the line.
 */
export function parseZone(text: string): readonly ZoneRecord[] {
  const state: ZoneState = { origin: "", ttl: 300, owner: "" };
  const records: ZoneRecord[] = [];
  for (const line of text.split("\n")) {
    const words = splitWords(line);
    const [first] = words;
    if (first === undefined) continue;
    if (first === "$ORIGIN") state.origin = absoluteName(words[1] ?? "", "");
    else if (first === "$TTL") state.ttl = Number(words[1]);
    else records.push(readRecord(line, words, state));
  }
  return records;
}

function splitWords(line: string): readonly string[] {
  const [content = ""] = /^(?:"[^"]*"|[^;"])*/.exec(line) ?? [];
  return [...content.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function readRecord(line: string, words: readonly string[], state: ZoneState): ZoneRecord {
  const rest = [...words];
  if (!recordTypes.has(words[0] ?? "")) state.owner = absoluteName(rest.shift() ?? "", state.origin);
  const ttl = /^\d+$/.test(rest[0] ?? "") ? Number(rest.shift()) : state.ttl;
  if (rest[0] === "IN") rest.shift();
  const type = rest.shift() ?? "";
  const record = readData({ name: state.owner, ttl }, type, rest, state.origin);
  if (record === undefined) throw new RangeError(`Not a zone record: "${line.trim()}"`);
  return record;
}

interface Owner {
  readonly name: string;
  readonly ttl: number;
}

function readData(owner: Owner, type: string, data: readonly string[], origin: string): ZoneRecord | undefined {
  const [first = "", second = "", third = "", fourth = "", fifth = "", sixth = "", seventh = ""] = data;
  switch (type) {
    case "A":
    case "AAAA":
    case "TXT":
      return { ...owner, type, value: first };
    case "CNAME":
      return { ...owner, type, value: absoluteName(first, origin) };
    case "SRV":
      return {
        ...owner,
        type,
        priority: Number(first),
        weight: Number(second),
        port: Number(third),
        target: absoluteName(fourth, origin),
      };
    case "NAPTR":
      return {
        ...owner,
        type,
        order: Number(first),
        preference: Number(second),
        flags: third,
        service: fourth,
        regexp: fifth,
        replacement: absoluteName(sixth, origin),
      };
    case "SOA":
      return {
        ...owner,
        type,
        primary: absoluteName(first, origin),
        mailbox: absoluteName(second, origin),
        serial: Number(third),
        refresh: Number(fourth),
        retry: Number(fifth),
        expire: Number(sixth),
        minimum: Number(seventh),
      };
    default:
      return undefined;
  }
}

/** Lower case, without trailing dot; the root stays `.`. */
function absoluteName(text: string, origin: string): string {
  const name = text.toLowerCase();
  if (name === "@") return origin;
  if (name === ".") return ".";
  if (name.endsWith(".")) return name.slice(0, -1);
  return origin === "" ? name : `${name}.${origin}`;
}
