import { isHexDigit } from "../../grammar/character-tables.js";
import type { DigestHash } from "../digest/digest-algorithm.js";
import type { Ha1Secret } from "../digest/user-secret.js";
import { RealmUsers } from "./realm-users.js";

/** A line that could not be used. */
export interface HtdigestProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** What stands in an htdigest file. */
export interface HtdigestContent {
  readonly realms: ReadonlyMap<string, RealmUsers>;
  readonly problems: readonly HtdigestProblem[];
}

/** The hash behind a 64-digit HA1, whose length two algorithms share. */
export type LongHash = Exclude<DigestHash, "MD5">;

interface HtdigestEntry {
  readonly username: string;
  readonly realm: string;
  readonly hash: DigestHash;
  readonly ha1: string;
}

/**
 * Reads lines of `user:realm:HA1`, as Apache's `htdigest` writes them. 32 digits are MD5, 64 digits `longHash`; a user may
 * have a line of each. A later line replaces an earlier one. Empty lines and lines with `#` in front are passed over.
 */
export function parseHtdigest(text: string, longHash: LongHash): HtdigestContent {
  const realms = new Map<string, RealmUsers>();
  const problems: HtdigestProblem[] = [];
  const lines = text.replace("\uFEFF", "").split("\n");
  for (const [index, line] of lines.entries()) {
    const entry = readLine(line, longHash);
    if (typeof entry === "string") problems.push({ line: index + 1, reason: entry });
    else if (entry !== undefined) addEntry(realms, entry);
  }
  return { realms, problems };
}

/** The entry of a line, nothing for an idle line, or the reason why it is none. The realm may hold colons. */
function readLine(line: string, longHash: LongHash): HtdigestEntry | string | undefined {
  const content = line.trim();
  if (content === "" || content.startsWith("#")) return undefined;
  const first = content.indexOf(":");
  const last = content.lastIndexOf(":");
  if (first < 0 || first === last) return "not user:realm:HA1";
  const username = content.slice(0, first);
  const ha1 = content.slice(last + 1).toLowerCase();
  if (username === "") return "no user name";
  if (!isHexText(ha1)) return "HA1 is not hexadecimal";
  if (ha1.length !== 32 && ha1.length !== 64) return `HA1 has ${ha1.length} digits, not 32 or 64`;
  return { username, realm: content.slice(first + 1, last), hash: ha1.length === 32 ? "MD5" : longHash, ha1 };
}

function isHexText(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isHexDigit(text.charCodeAt(index))) return false;
  return text !== "";
}

function addEntry(realms: Map<string, RealmUsers>, { username, realm, hash, ha1 }: HtdigestEntry): void {
  const users = realms.get(realm) ?? new RealmUsers();
  realms.set(realm, users);
  const known = users.get(username);
  const others: Ha1Secret["ha1"] = known !== undefined && "ha1" in known ? known.ha1 : {};
  users.set({ username, ha1: { ...others, [hash]: ha1 } });
}
