/** Header fields whose values prove who somebody is (RFC 3261 §22). */
const secretFields: ReadonlySet<string> = new Set(["authorization", "proxy-authorization"]);
/** Digest parameters that tell no secret and help to find a fault. */
const openParameters: ReadonlySet<string> = new Set(["username", "realm", "uri", "algorithm", "qop", "nc", "userhash"]);

/**
 * The text of a message fit for a log: in Authorization and Proxy-Authorization stars stand for all but scheme, user, realm,
 * URI and algorithm; for the keys of SDES media too (RFC 4568). The length stays.
 */
export function maskCredentials(text: string): string {
  let masked = "";
  let start = 0;
  while (start < text.length) {
    const end = endOfField(text, start);
    masked += maskField(text.slice(start, end));
    start = end;
  }
  return masked;
}

function maskField(line: string): string {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  if (secretFields.has(name)) return line.slice(0, colon + 1) + maskAuthorization(line.slice(colon + 1));
  return line.startsWith("a=crypto:") ? maskAfter(line, "inline:") : line;
}

/** `Digest username="a", response="…"`; of other schemes everything is secret. */
function maskAuthorization(value: string): string {
  const scheme = value.trimStart();
  const start = value.length - scheme.length;
  const schemeEnd = start + firstBlank(scheme);
  const head = value.slice(0, schemeEnd);
  const rest = value.slice(schemeEnd);
  return scheme.slice(0, 6).toLowerCase() === "digest" ? head + maskParameters(rest) : head + stars(rest);
}

function maskParameters(text: string): string {
  let masked = "";
  for (const parameter of splitAtCommas(text)) {
    const equals = parameter.indexOf("=");
    const isOpen = openParameters.has(parameter.slice(0, Math.max(equals, 0)).trim().toLowerCase());
    masked += isOpen ? parameter : parameter.slice(0, equals + 1) + stars(parameter.slice(equals + 1));
  }
  return masked;
}

/** Pieces that end behind a comma; commas in quotes end none. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "\\" && isQuoted) index++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === "," && !isQuoted) {
      pieces.push(text.slice(start, index + 1));
      start = index + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

function maskAfter(line: string, mark: string): string {
  const start = line.indexOf(mark);
  return start < 0 ? line : line.slice(0, start + mark.length) + stars(line.slice(start + mark.length));
}

/** Stars for all but quotes, commas and white space. */
function stars(text: string): string {
  let masked = "";
  for (const character of text) masked += '", \t\r\n'.includes(character) ? character : "*";
  return masked;
}

function firstBlank(text: string): number {
  for (let index = 0; index < text.length; index++) if (" \t\r\n".includes(text.charAt(index))) return index;
  return text.length;
}

/** Index behind a field, its continuation lines included. */
function endOfField(text: string, start: number): number {
  let end = text.indexOf("\n", start);
  while (end >= 0 && (text.charAt(end + 1) === " " || text.charAt(end + 1) === "\t")) end = text.indexOf("\n", end + 1);
  return end < 0 ? text.length : end + 1;
}
