import { EngineError } from "../errors/engine-error.js";
import { LESS_THAN, SEMICOLON } from "../grammar/character-codes.js";
import { bareUriCharacters, digitCharacters } from "../grammar/character-tables.js";
import { digitsValue } from "../grammar/digits.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { scanWhile } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { readUri } from "../uri/parse-uri.js";
import type { Uri } from "../uri/uri.js";
import { UriFault } from "../uri/uri-fault.js";
import { checkDeltaSeconds, expirySeconds } from "./delta-seconds.js";
import type { HeaderCodec } from "./header-value.js";

/** What a Max-Forwards that cannot count hops stands for: an absent one, for which a proxy puts 70 (RFC 3261 §16.6). */
const DEFAULT_MAX_FORWARDS = 70;
const LARGEST_MAX_FORWARDS = 255;

/** One token; methods, option tags and event packages compare with case. */
export const tokenCodec: HeaderCodec<string> = {
  read: (reader) => reader.token(),
  write: (value) => checkToken(value, "value"),
};

/** Free text, RFC 3261 §25.1 `TEXT-UTF8-TRIM`: Subject, Organization, Server, User-Agent. It may be empty. */
export const textCodec: HeaderCodec<string> = { read: readText, write: checkLine };

/** Digits within a range. */
export function numberCodec(least: number, most: number): HeaderCodec<number> {
  return {
    read: (reader) => {
      const value = reader.number(most);
      return value < least ? reader.fail(`${least} or more before this`) : value;
    },
    write: (value) => writeNumber(value, least, most),
  };
}

/** Expires: seconds; what cannot be read counts as 3600, RFC 3261 §20.19. */
export const expiresCodec: HeaderCodec<number> = {
  read: (reader) => expirySeconds(reader.rest()),
  write: (value) => String(checkDeltaSeconds(value)),
};

/** Max-Forwards: hops left, RFC 3261 §20.22. More than 255 counts as absent, that is as 70 (RFC 4475 §3.1.2.4). */
export const maxForwardsCodec: HeaderCodec<number> = {
  read: (reader) => {
    const digits = reader.run(digitCharacters, "digits");
    const value = digitsValue(digits, 0, digits.length);
    return value < 0 || value > LARGEST_MAX_FORWARDS ? DEFAULT_MAX_FORWARDS : value;
  },
  write: (value) => writeNumber(value, 0, LARGEST_MAX_FORWARDS),
};

/** MIME-Version: `1*DIGIT "." 1*DIGIT`, RFC 3261 §20.24. */
export const mimeVersionCodec: HeaderCodec<string> = {
  read: readMimeVersion,
  write: (value) => checkToken(value, "MIME-Version"),
};

/** Refer-Sub: whether a REFER makes a subscription, RFC 4488 §3. Its parameters are left aside. */
export const referSubCodec: HeaderCodec<boolean> = { read: readReferSub, write: String };

/** Privacy: `priv-value *( ";" priv-value )` in lower case, RFC 3323 §4.2. */
export const privacyCodec: HeaderCodec<readonly string[]> = {
  read: readPrivacy,
  write: (values) => values.map((value) => checkToken(value, "Privacy")).join(";"),
};

/** Content-ID: an identifier in its angle brackets, RFC 8262 §4. */
export const contentIdCodec: HeaderCodec<string> = { read: readContentId, write: checkLine };

/** A URI without angle brackets: P-Asserted-Service, P-Preferred-Service. */
export const bareUriCodec: HeaderCodec<Uri> = { read: readBareUri, write: String };

function hasLineEnd(text: string): boolean {
  return text.includes("\r") || text.includes("\n");
}

function checkLine(text: string): string {
  if (!hasLineEnd(text)) return text;
  throw new EngineError("header.malformed", { detail: "a value cannot hold a line end" });
}

function writeNumber(value: number, least: number, most: number): string {
  if (Number.isInteger(value) && value >= least && value <= most) return String(value);
  throw new EngineError("header.malformed", { detail: `${value} is not within ${least} and ${most}` });
}

function readText(reader: TextReader): string {
  const text = reader.rest();
  return hasLineEnd(text) ? reader.fail("text without a bare line end before this") : text;
}

function readMimeVersion(reader: TextReader): string {
  const start = reader.index;
  const [major, minor, more] = reader.token("a version").split(".");
  const isVersion = [major, minor].every((part) => digitsValue(part ?? "", 0, part?.length ?? 0) >= 0);
  if (isVersion && more === undefined) return reader.text.slice(start, reader.index);
  reader.index = start;
  return reader.fail("a version such as 1.0");
}

function readReferSub(reader: TextReader): boolean {
  const start = reader.index;
  const value = reader.token('"true" or "false"');
  reader.parameters();
  if (equalIgnoringCase(value, "true")) return true;
  if (equalIgnoringCase(value, "false")) return false;
  reader.index = start;
  return reader.fail('"true" or "false"');
}

function readPrivacy(reader: TextReader): string[] {
  const values: string[] = [];
  do values.push(reader.token("a privacy value").toLowerCase());
  while (reader.accept(SEMICOLON));
  return values;
}

function readContentId(reader: TextReader): string {
  const start = reader.index;
  const end = reader.text.indexOf(">", start);
  if (reader.peek() !== LESS_THAN || end <= start + 1) reader.fail("an identifier in angle brackets");
  reader.index = end + 1;
  return reader.text.slice(start, end + 1);
}

function readBareUri(reader: TextReader): Uri {
  const start = reader.index;
  const end = scanWhile(reader.text, start, reader.end, bareUriCharacters);
  const uri = readUri(reader.text.slice(start, end));
  if (uri instanceof UriFault) return reader.fail(`${uri.expected} in a URI`);
  reader.index = end;
  return uri;
}
